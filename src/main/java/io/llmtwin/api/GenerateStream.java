package io.llmtwin.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.retrieval.Passage;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * The stream of {@code POST /api/v1/generate}: the event {@code sources}, then {@code token} for each piece of the
 * answer, then {@code done}, which is an {@link Answer} without text and sources, or {@code error}, which is a
 * {@link Problem}.
 */
final class GenerateStream extends AnswerStream {
    private final Answers answers;
    private boolean begun;

    GenerateStream(HttpServletResponse response, ObjectMapper json, Answers answers) {
        super(response, json);
        this.answers = answers;
    }

    @Override
    @SuppressWarnings("unchecked")
    void begin(Exchange exchange) {
        if (!begun) {
            begun = true;
            List<Passage> passages = exchange.getVariable("passages", List.class);
            write("sources", Map.of("sources", Answers.sources(passages)));
        }
    }

    @Override
    public void written(String text) {
        write("token", Map.of("token", text));
    }

    @Override
    void end(Exchange exchange) {
        endHeartbeats();
        write("done", answers.end(exchange));
    }

    @Override
    void fail(Problem problem) {
        write("error", problem);
    }
}
