package io.llmtwin.embedded.llm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A request for a completion. Fields that the model has no use for are ignored, as are unknown ones.
 *
 * @param maxTokens {@link Integer#MAX_VALUE} where the request sets no limit
 */
record ChatRequest(
        String model,
        List<ChatMessage> messages,
        int maxTokens,
        List<String> stops,
        boolean stream,
        boolean includeUsage) {
    static ChatRequest of(JsonNode body) throws ApiException {
        int choices = positive(body, "n", 1);
        if (choices != 1) {
            throw ApiException.badRequest("n", "n must be 1, got " + choices + ".");
        }
        int maxTokens = positive(body, "max_completion_tokens", positive(body, "max_tokens", Integer.MAX_VALUE));
        JsonNode options = body.path("stream_options");
        if (isPresent(options) && !options.isObject()) {
            throw ApiException.badRequest("stream_options", "stream_options must be an object.");
        }
        return new ChatRequest(
                model(body),
                messages(body),
                maxTokens,
                stops(body.path("stop")),
                flag(body, "stream"),
                flag(options, "include_usage"));
    }

    /** The model that a request names; without a name it gets the one that is served, as in vLLM. */
    static String model(JsonNode body) throws ApiException {
        JsonNode model = body.path("model");
        if (!isPresent(model)) {
            return EmbeddedLlm.MODEL;
        }
        if (!model.isTextual()) {
            throw ApiException.badRequest("model", "model must be a string.");
        }
        String name = PlainText.of(model.textValue());
        if (!name.isEmpty() && !name.equals(EmbeddedLlm.MODEL)) {
            throw ApiException.unknownModel(name);
        }
        return EmbeddedLlm.MODEL;
    }

    static List<ChatMessage> messages(JsonNode body) throws ApiException {
        JsonNode messages = body.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw ApiException.badRequest("messages", "messages must be an array of at least one message.");
        }
        List<ChatMessage> read = new ArrayList<>(messages.size());
        for (JsonNode message : messages) {
            JsonNode role = message.path("role");
            if (!role.isTextual()) {
                throw ApiException.badRequest("messages", "A message's role must be a string.");
            }
            read.add(new ChatMessage(role.textValue(), content(message.path("content"))));
        }
        return read;
    }

    private static String content(JsonNode content) throws ApiException {
        if (!isPresent(content)) {
            return "";
        }
        if (content.isTextual()) {
            return PlainText.of(content.textValue());
        }
        if (!content.isArray()) {
            throw ApiException.badRequest(
                    "messages", "A message's content must be a string or an array of text parts.");
        }
        List<String> parts = new ArrayList<>(content.size());
        for (JsonNode part : content) {
            JsonNode text = part.isTextual() ? part : part.path("text");
            if (!text.isTextual() || !part.path("type").asText("text").equals("text")) {
                throw ApiException.badRequest("messages", "This model reads only text parts.");
            }
            parts.add(PlainText.of(text.textValue()));
        }
        return String.join("\n", parts);
    }

    private static List<String> stops(JsonNode stop) throws ApiException {
        if (!isPresent(stop)) {
            return List.of();
        }
        List<String> stops = new ArrayList<>();
        for (JsonNode one : stop.isArray() ? stop : List.of(stop)) {
            if (!one.isTextual() || one.textValue().isEmpty()) {
                throw ApiException.badRequest("stop", "stop must be a non-empty string or an array of them.");
            }
            stops.add(one.textValue());
        }
        return stops;
    }

    private static int positive(JsonNode body, String field, int otherwise) throws ApiException {
        JsonNode value = body.path(field);
        if (!isPresent(value)) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            throw ApiException.badRequest(field, field + " must be an integer of at least 1.");
        }
        return value.intValue();
    }

    private static boolean flag(JsonNode body, String field) throws ApiException {
        JsonNode value = body.path(field);
        if (isPresent(value) && !value.isBoolean()) {
            throw ApiException.badRequest(field, field + " must be true or false.");
        }
        return value.asBoolean(false);
    }

    private static boolean isPresent(JsonNode node) {
        return !node.isMissingNode() && !node.isNull();
    }
}
