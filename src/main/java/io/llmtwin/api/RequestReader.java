package io.llmtwin.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.retrieval.TextCleaner;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/**
 * The bean {@code requestReader}: sets the variables that the pipeline works with from the body of a request, which the
 * contract has been checked against: {@code query}, {@code enableRag}, {@code enableMonitoring} and, where the client
 * gave them, {@code author}, {@code conversationId}, {@code maxTokens}, {@code temperature} and
 * {@code limit}; besides, who waits for the answer.
 */
@Component
final class RequestReader {
    private final ObjectMapper json;
    private final Clients clients;
    private final Answers answers;

    RequestReader(ObjectMapper json, Clients clients, Answers answers) {
        this.json = json;
        this.clients = clients;
        this.answers = answers;
    }

    public void read(Exchange exchange, String body) throws JsonProcessingException {
        JsonNode request = json.readTree(body);
        String query = TextCleaner.clean(request.path("query").asText());
        exchange.setVariable("query", query);
        exchange.setVariable("enableRag", request.path("enable_rag").asBoolean(true));
        exchange.setVariable(
                "enableMonitoring", request.path("enable_monitoring").asBoolean(true));
        if (request.hasNonNull("author")) {
            String author = request.get("author").asText();
            Callers.admit(exchange, author);
            exchange.setVariable("author", author);
        }
        if (request.hasNonNull("conversation_id")) {
            exchange.setVariable(
                    "conversationId", request.get("conversation_id").asText());
        }
        if (request.hasNonNull("max_tokens")) {
            exchange.setVariable("maxTokens", request.get("max_tokens").asInt());
        }
        if (request.hasNonNull("temperature")) {
            exchange.setVariable("temperature", request.get("temperature").asDouble());
        }
        if (request.hasNonNull("limit")) {
            exchange.setVariable("limit", request.get("limit").asInt());
        }
        clients.await(
                exchange,
                request.path("stream").asBoolean() ? response -> new GenerateStream(response, json, answers) : null);
        exchange.getMessage().setBody(query);
    }
}
