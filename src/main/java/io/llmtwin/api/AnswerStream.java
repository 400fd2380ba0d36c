package io.llmtwin.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.llm.AnswerListener;
import io.llmtwin.pipeline.RequestScope;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.camel.Exchange;

/** An answer while it is written. The response begins when a replica has accepted the request, if not before. */
abstract class AnswerStream extends EventStream implements AnswerListener {
    AnswerStream(HttpServletResponse response, ObjectMapper json) {
        super(response, json);
    }

    /** Writes what the client shall know before the first token. */
    abstract void begin(Exchange exchange);

    /** Writes the end of an answer that is complete. */
    abstract void end(Exchange exchange);

    @Override
    public final void accepted(Exchange exchange) {
        answeredBy(exchange.getVariable(RequestScope.REVISION, String.class));
        begin(exchange);
    }
}
