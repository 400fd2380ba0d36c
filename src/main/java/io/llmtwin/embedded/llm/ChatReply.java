package io.llmtwin.embedded.llm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The JSON of one completion, whole or in frames. */
final class ChatReply {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String id;
    private final String model;
    private final long created;

    ChatReply(String id, String model, long created) {
        this.id = id;
        this.model = model;
        this.created = created;
    }

    ObjectNode whole(String text, String finishReason, int promptTokens, int completionTokens) {
        ObjectNode reply = envelope("chat.completion");
        ObjectNode choice = reply.putArray("choices").addObject().put("index", 0);
        choice.putObject("message").put("role", "assistant").put("content", text);
        choice.putNull("logprobs").put("finish_reason", finishReason);
        reply.set("usage", usage(promptTokens, completionTokens));
        return reply;
    }

    ObjectNode roleFrame() {
        return frame(JSON.objectNode().put("role", "assistant").put("content", ""), null);
    }

    ObjectNode contentFrame(String content, @Nullable String finishReason) {
        return frame(JSON.objectNode().put("content", content), finishReason);
    }

    ObjectNode usageFrame(int promptTokens, int completionTokens) {
        ObjectNode frame = envelope("chat.completion.chunk");
        frame.putArray("choices");
        frame.set("usage", usage(promptTokens, completionTokens));
        return frame;
    }

    private ObjectNode frame(ObjectNode delta, @Nullable String finishReason) {
        ObjectNode frame = envelope("chat.completion.chunk");
        ObjectNode choice = frame.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finishReason);
        return frame;
    }

    private ObjectNode envelope(String object) {
        return JSON.objectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model);
    }

    private static ObjectNode usage(int promptTokens, int completionTokens) {
        ObjectNode usage = JSON.objectNode()
                .put("prompt_tokens", promptTokens)
                .put("completion_tokens", completionTokens)
                .put("total_tokens", promptTokens + completionTokens);
        usage.putNull("prompt_tokens_details");
        return usage;
    }
}
