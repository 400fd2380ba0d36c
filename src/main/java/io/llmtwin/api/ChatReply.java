package io.llmtwin.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.llmtwin.llm.ChatCompletion;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every part of one answer in OpenAI's form has in common: its id, its model, when it was asked for. */
final class ChatReply {
    private static final String ASSISTANT = "assistant";

    private final String id;
    private final String model;
    private final long created = Instant.now().getEpochSecond();

    ChatReply(String traceId, TwinModel model) {
        this.id = "chatcmpl-" + traceId;
        this.model = model.id();
    }

    /** The answer in one piece. */
    Body whole(Answer answer, ChatCompletion completion) {
        Choice choice = new Choice(0, new Message(ASSISTANT, completion.text()), null, finishReason(completion));
        return new Body(
                id,
                "chat.completion",
                created,
                model,
                answer.revision(),
                List.of(choice),
                completion.usage(),
                answer.sources(),
                answer.warnings());
    }

    /** The first frame of a stream: who speaks, and from which sources. */
    Body opening(@Nullable String revision, List<Answer.Source> sources) {
        return chunk(revision, new Choice(0, null, new Message(ASSISTANT, ""), null), sources, null);
    }

    /** A frame with a piece of the answer. */
    Body piece(@Nullable String revision, String text) {
        return chunk(revision, new Choice(0, null, new Message(null, text), null), null, null);
    }

    /** The last frame with a choice: why the answer ends, and what was degraded or left out. */
    Body ending(@Nullable String revision, ChatCompletion completion, List<String> warnings) {
        return chunk(revision, new Choice(0, null, new Message(null, null), finishReason(completion)), null, warnings);
    }

    /** The frame after that, for clients that ask for it. */
    Body usage(@Nullable String revision, ChatCompletion.@Nullable Usage usage) {
        return new Body(id, "chat.completion.chunk", created, model, revision, List.of(), usage, null, null);
    }

    private Body chunk(
            @Nullable String revision,
            Choice choice,
            @Nullable List<Answer.Source> sources,
            @Nullable List<String> warnings) {
        return new Body(
                id, "chat.completion.chunk", created, model, revision, List.of(choice), null, sources, warnings);
    }

    private static String finishReason(ChatCompletion completion) {
        return completion.finishReason() == null ? "stop" : completion.finishReason();
    }

    /**
     * {@code chat.completion} or {@code chat.completion.chunk}.
     *
     * @param created in seconds since 1970
     * @param systemFingerprint the revision of the pipeline
     * @param sources in the order in which the prompt numbers them; a field that OpenAI doesn't have
     * @param warnings what was degraded or left out; a field that OpenAI doesn't have
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(SnakeCaseStrategy.class)
    record Body(
            String id,
            String object,
            long created,
            String model,
            @Nullable String systemFingerprint,
            List<Choice> choices,
            ChatCompletion.@Nullable Usage usage,
            @Nullable List<Answer.Source> sources,
            @Nullable List<String> warnings) {}

    /** The one choice. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(SnakeCaseStrategy.class)
    record Choice(
            int index,
            @Nullable Message message,
            @Nullable Message delta,

            @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable
            String finishReason) {}

    /** Text, and whose. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Message(@Nullable String role, @Nullable String content) {}
}
