package io.llmtwin.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.llmtwin.LoopbackServer;
import io.llmtwin.LoopbackServer.Reply;
import io.llmtwin.LoopbackServer.Request;
import io.llmtwin.llm.LlmServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** A model server on loopback to which each word is a token, and each message has {@value #MARKS} more. */
final class WordTokenizer implements AutoCloseable {
    static final int MARKS = 3;

    private final LoopbackServer server;
    private final int maxModelLen;

    WordTokenizer(int maxModelLen) throws IOException {
        this.maxModelLen = maxModelLen;
        this.server = new LoopbackServer(this::count);
    }

    LoopbackServer server() {
        return server;
    }

    ModelTokens tokens(Duration pause) {
        LlmServer llm = new LlmServer(List.of(server.url("/v1/")), "twin", "sk-1");
        return new ModelTokens(new TokenizeClient(
                llm, new ObjectMapper(), UnaryOperator.identity(), CircuitBreakerRegistry.ofDefaults(), pause));
    }

    static int words(String text) {
        return text.isBlank() ? 0 : text.strip().split("\\s+").length;
    }

    Reply count(Request request) {
        JsonNode message = request.body().at("/messages/0/content");
        int count = message.isMissingNode()
                ? words(request.body().get("prompt").asText())
                : words(message.asText()) + MARKS;
        return new Reply(200, "{\"count\":" + count + ",\"max_model_len\":" + maxModelLen + ",\"tokens\":[]}");
    }

    @Override
    public void close() {
        server.close();
    }
}
