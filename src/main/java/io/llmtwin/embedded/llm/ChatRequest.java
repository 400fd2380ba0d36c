package io.llmtwin.embedded.llm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for a completion. Unknown fields are ignored.
 *
 * @param maxTokens {@link Integer#MAX_VALUE} where the request sets no limit
 * @param temperature from 0; null for the model's own
 * @param topP above 0 to 1; null for the model's own
 * @param seed the same seed makes the same choices; null for none
 */
public record ChatRequest(
        List<ChatMessage> messages,
        int maxTokens,
        List<String> stops,
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable Integer seed,
        boolean stream,
        boolean includeUsage) {
    /**
     * The request in {@code body}.
     *
     * @param served the one model that may be asked for
     */
    static ChatRequest of(JsonNode body, String served) throws ApiException {
        int choices = positive(body, "n", 1);
        if (choices != 1) {
            throw ApiException.badRequest("n", "n must be 1, got " + choices + ".");
        }
        int maxTokens = positive(body, "max_completion_tokens", positive(body, "max_tokens", Integer.MAX_VALUE));
        JsonNode options = body.path("stream_options");
        if (isPresent(options) && !options.isObject()) {
            throw ApiException.badRequest("stream_options", "stream_options must be an object.");
        }
        checkModel(body, served);
        return new ChatRequest(
                messages(body),
                maxTokens,
                stops(body.path("stop")),
                number(body, "temperature", 0, 2),
                number(body, "top_p", 0, 1),
                seed(body.path("seed")),
                flag(body, "stream"),
                flag(options, "include_usage"));
    }

    /** Refuses a model that is not served; without a name a request gets the one that is, as in vLLM. */
    static void checkModel(JsonNode body, String served) throws ApiException {
        JsonNode model = body.path("model");
        if (!isPresent(model)) {
            return;
        }
        if (!model.isTextual()) {
            throw ApiException.badRequest("model", "model must be a string.");
        }
        String name = PlainText.of(model.textValue());
        if (!name.isEmpty() && !name.equals(served)) {
            throw ApiException.unknownModel(name);
        }
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

    private static @Nullable Double number(JsonNode body, String field, double least, double most) throws ApiException {
        JsonNode value = body.path(field);
        if (!isPresent(value)) {
            return null;
        }
        if (!value.isNumber() || value.doubleValue() < least || value.doubleValue() > most) {
            throw ApiException.badRequest(field, field + " must be a number from " + least + " to " + most + ".");
        }
        return value.doubleValue();
    }

    private static @Nullable Integer seed(JsonNode seed) throws ApiException {
        if (!isPresent(seed)) {
            return null;
        }
        if (!seed.isIntegralNumber()) {
            throw ApiException.badRequest("seed", "seed must be an integer.");
        }
        return Long.hashCode(seed.longValue());
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
