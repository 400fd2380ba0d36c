package io.llmtwin.llm;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a server answers to a {@link ChatRequest}; fields that we don't use are ignored. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonNaming(SnakeCaseStrategy.class)
public record ChatCompletion(
        String model, List<Choice> choices, @Nullable Usage usage) {

    /** This completion with the name of the model that was asked. */
    ChatCompletion servedBy(String model) {
        return new ChatCompletion(model, choices, usage);
    }

    /** The text of the first choice; empty where the model said nothing. */
    public String text() {
        String content = choices.get(0).message().content();
        return content == null ? "" : content;
    }

    /** Why the first choice ended: {@code stop}, {@code length}, …; null where the server doesn't say. */
    public @Nullable String finishReason() {
        return choices.get(0).finishReason();
    }

    /** One of the alternatives. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonNaming(SnakeCaseStrategy.class)
    public record Choice(Message message, @Nullable String finishReason) {}

    /** The model's turn. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Message(@Nullable String content) {}

    /** Tokens read and written. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonNaming(SnakeCaseStrategy.class)
    public record Usage(int promptTokens, int completionTokens, int totalTokens) {}
}
