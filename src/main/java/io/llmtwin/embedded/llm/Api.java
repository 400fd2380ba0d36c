package io.llmtwin.embedded.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the server's endpoints do, apart from HTTP. */
final class Api {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Supplier<ServedModel> served;
    private final long started = Instant.now().getEpochSecond();

    Api(Supplier<ServedModel> served) {
        this.served = served;
    }

    void health(HttpReply reply) throws IOException {
        Objects.requireNonNull(served.get());
        reply.empty(200);
    }

    void models(HttpReply reply) throws IOException {
        ServedModel model = served.get();
        ObjectNode list = JSON.objectNode().put("object", "list");
        list.putArray("data")
                .addObject()
                .put("id", model.name())
                .put("object", "model")
                .put("created", started)
                .put("owned_by", "llm-twin")
                .put("root", model.name())
                .putNull("parent")
                .put("max_model_len", model.maxTokens());
        reply.json(200, list);
    }

    void tokenize(HttpReply reply) throws IOException, ApiException {
        ServedModel model = served.get();
        JsonNode body = reply.body();
        ChatRequest.checkModel(body, model.name());
        String text;
        if (body.path("prompt").isTextual()) {
            text = PlainText.of(body.path("prompt").textValue());
        } else if (body.has("messages")) {
            text = model.prompt(ChatRequest.messages(body));
        } else {
            throw ApiException.badRequest("prompt", "Either prompt or messages is needed.");
        }
        List<Long> ids = model.tokens(text);
        ObjectNode answer = JSON.objectNode().put("count", ids.size()).put("max_model_len", model.maxTokens());
        answer.set(
                "tokens",
                ids.stream().collect(JSON::arrayNode, (array, id) -> array.add((long) id), (a, b) -> a.addAll(b)));
        reply.json(200, answer);
    }

    void chat(HttpReply reply) throws IOException, ApiException {
        ServedModel model = served.get();
        ChatRequest request = ChatRequest.of(reply.body(), model.name());
        int limit = model.maxTokens();
        int promptTokens = model.countUpTo(model.prompt(request.messages()), limit);
        if (promptTokens >= limit) {
            throw ApiException.badRequest(
                    "input_tokens",
                    "This model's maximum context length is " + limit
                            + " tokens. However, your request has more input tokens, or as many. Please reduce the"
                            + " length of the input messages.");
        }
        String id =
                reply.requestId().orElseGet(() -> UUID.randomUUID().toString().replace("-", ""));
        ChatReply chat =
                new ChatReply("chatcmpl-" + id, model.name(), Instant.now().getEpochSecond());
        int maxTokens = Math.min(request.maxTokens(), limit - promptTokens);
        if (request.stream()) {
            stream(model, request, maxTokens, promptTokens, chat, reply);
        } else {
            Whole whole = new Whole();
            int tokens = model.complete(request, maxTokens, whole);
            reply.json(200, chat.whole(whole.text.toString(), whole.finishReason, promptTokens, tokens));
        }
    }

    private static void stream(
            ServedModel model, ChatRequest request, int maxTokens, int promptTokens, ChatReply chat, HttpReply reply)
            throws IOException {
        try (EventStream events = reply.events()) {
            events.send(chat.roleFrame());
            int tokens = model.complete(request, maxTokens, new Frames(events, chat));
            if (request.includeUsage()) {
                events.send(chat.usageFrame(promptTokens, tokens));
            }
            events.done();
        }
    }

    /** A completion that is sent as it comes. */
    private record Frames(EventStream events, ChatReply chat) implements ServedModel.Pieces {
        @Override
        public void next(String piece, @Nullable String finishReason) throws IOException {
            events.send(chat.contentFrame(piece, finishReason));
        }

        @Override
        public void waiting() throws IOException {
            events.comment("waiting");
        }
    }

    /** A completion that is sent once it is whole. */
    private static final class Whole implements ServedModel.Pieces {
        private final StringBuilder text = new StringBuilder();
        private String finishReason = "stop";

        @Override
        public void next(String piece, @Nullable String reason) {
            text.append(piece);
            finishReason = reason == null ? finishReason : reason;
        }

        @Override
        public void waiting() {
            // a plain call hears nothing until its answer is whole
        }
    }
}
