package io.llmtwin.embedded.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What the server's endpoints do, apart from HTTP. */
final class Api {
    static final int MAX_MODEL_LEN = 32_768;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final TokenCounter tokens;
    private final CompletionLimiter limiter;
    private final ExtractiveModel model;
    private final long started = Instant.now().getEpochSecond();

    Api(OnnxEmbeddingModel embeddings) {
        tokens = new TokenCounter(embeddings);
        limiter = new CompletionLimiter(tokens);
        model = new ExtractiveModel(embeddings);
    }

    void health(HttpReply reply) throws IOException {
        reply.empty(200);
    }

    void models(HttpReply reply) throws IOException {
        ObjectNode list = JSON.objectNode().put("object", "list");
        list.putArray("data")
                .addObject()
                .put("id", EmbeddedLlm.MODEL)
                .put("object", "model")
                .put("created", started)
                .put("owned_by", "llm-twin")
                .put("root", EmbeddedLlm.MODEL)
                .putNull("parent")
                .put("max_model_len", MAX_MODEL_LEN);
        reply.json(200, list);
    }

    void tokenize(HttpReply reply) throws IOException, ApiException {
        JsonNode body = reply.body();
        ChatRequest.model(body);
        String text;
        if (body.path("prompt").isTextual()) {
            text = PlainText.of(body.path("prompt").textValue());
        } else if (body.has("messages")) {
            text = joined(ChatRequest.messages(body));
        } else {
            throw ApiException.badRequest("prompt", "Either prompt or messages is needed.");
        }
        List<Long> ids = tokens.ids(text);
        ObjectNode answer = JSON.objectNode().put("count", ids.size()).put("max_model_len", MAX_MODEL_LEN);
        answer.set(
                "tokens",
                ids.stream().collect(JSON::arrayNode, (array, id) -> array.add((long) id), (a, b) -> a.addAll(b)));
        reply.json(200, answer);
    }

    void chat(HttpReply reply) throws IOException, ApiException {
        ChatRequest request = ChatRequest.of(reply.body());
        int promptTokens = tokens.countUpTo(joined(request.messages()), MAX_MODEL_LEN);
        if (promptTokens > MAX_MODEL_LEN) {
            throw ApiException.badRequest(
                    "input_tokens",
                    "This model's maximum context length is " + MAX_MODEL_LEN
                            + " tokens. However, your request has more input tokens. Please reduce the length of the"
                            + " input messages.");
        }
        String id =
                reply.requestId().orElseGet(() -> UUID.randomUUID().toString().replace("-", ""));
        ChatReply chat =
                new ChatReply("chatcmpl-" + id, request.model(), Instant.now().getEpochSecond());
        if (request.stream()) {
            stream(request, promptTokens, chat, reply);
        } else {
            reply.json(200, chat.whole(complete(request, promptTokens), promptTokens));
        }
    }

    private void stream(ChatRequest request, int promptTokens, ChatReply chat, HttpReply reply) throws IOException {
        try (EventStream events = reply.events()) {
            events.send(chat.roleFrame());
            Completion completion = complete(request, promptTokens);
            List<String> pieces = completion.pieces().isEmpty() ? List.of("") : completion.pieces();
            int last = pieces.size() - 1;
            for (int i = 0; i <= last; i++) {
                events.send(chat.contentFrame(pieces.get(i), i == last ? completion.finishReason() : null));
            }
            if (request.includeUsage()) {
                events.send(chat.usageFrame(completion, promptTokens));
            }
            events.done();
        }
    }

    private Completion complete(ChatRequest request, int promptTokens) {
        int room = Math.max(1, MAX_MODEL_LEN - promptTokens);
        return limiter.limit(model.complete(request.messages()), request.stops(), Math.min(request.maxTokens(), room));
    }

    private static String joined(List<ChatMessage> messages) {
        return String.join("\n", messages.stream().map(ChatMessage::content).toList());
    }
}
