package io.llmtwin.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.llm.AnswerListener;
import io.llmtwin.monitoring.UnknownTraceException;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

class EventStreamTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final SeriesStream<String> stream = new SeriesStream<>(response, JSON);

    @Test
    void heartbeat_beforeTheEnd_beginsTheResponse() throws Exception {
        stream.heartbeat();
        assertThat(response.getContentType()).startsWith("text/event-stream");
        assertThat(response.getContentAsString()).isEqualTo(": waiting\n\n");
    }

    @Test
    void heartbeat_afterTheEnd_writesNothing() throws Exception {
        stream.end(Map.of());
        stream.heartbeat();
        assertThat(response.getContentAsString()).isEqualTo("event: done\ndata: {}\n\n");
    }

    /** It may have waited for a thread to write it since before the request failed. */
    @Test
    void heartbeat_afterAFailureBeforeTheFirstEvent_leavesTheResponseToTheError() throws Exception {
        Exchange exchange = failed();
        new RouteProblems(JSON).answer(exchange);
        stream.heartbeat();
        assertThat(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(404);
        assertThat(response.isCommitted()).isFalse();
        assertThat(response.getContentType()).isNull();
    }

    @Test
    void heartbeat_afterAFailureInMidStream_writesNothing() throws Exception {
        stream.progress(0, 1);
        new RouteProblems(JSON).answer(failed());
        String written = response.getContentAsString();
        stream.heartbeat();
        assertThat(written).contains("event: error");
        assertThat(response.getContentAsString()).isEqualTo(written);
    }

    private Exchange failed() {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new UnknownTraceException("some-id"));
        exchange.setVariable(AnswerListener.VARIABLE, stream);
        exchange.setVariable("traceId", "some-id");
        return exchange;
    }
}
