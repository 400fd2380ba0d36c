package io.llmtwin.llm;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/chat/completions}, as OpenAI defines it.
 *
 * @param maxTokens limit of the completion's length
 * @param temperature from 0 to 2; the server's default where null
 * @param topP from 0 to 1; the server's default where null
 * @param stop texts before which the answer ends; none where null
 * @param seed for a sampling that can be repeated; none where null
 * @param presencePenalty from -2 to 2; the server's default where null
 * @param frequencyPenalty from -2 to 2; the server's default where null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
public record ChatRequest(
        String model,
        List<ChatMessage> messages,
        int maxTokens,
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable List<String> stop,
        @Nullable Long seed,
        @Nullable Double presencePenalty,
        @Nullable Double frequencyPenalty,
        boolean stream,
        @Nullable StreamOptions streamOptions) {

    /** What a stream ends with. */
    @JsonNaming(SnakeCaseStrategy.class)
    public record StreamOptions(boolean includeUsage) {}

    /** One message. {@code role} is system, user or assistant. */
    public record ChatMessage(String role, String content) {}
}
