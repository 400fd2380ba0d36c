package io.llmtwin.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.llmtwin.llm.ChatCompletion;
import io.llmtwin.retrieval.Passage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code POST /api/v1/generate} answers with.
 *
 * @param answer the text; null at the end of a stream, which has already sent it
 * @param sources in the order in which the prompt numbers them; null at the end of a stream
 * @param timings milliseconds for each step
 * @param warnings what was degraded or left out, as names in snake_case
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
record Answer(
        @Nullable String answer,
        @Nullable List<Source> sources,
        String model,
        @Nullable Usage usage,
        String traceId,
        String revision,
        Map<String, Double> timings,
        List<String> warnings) {

    /** A passage that the prompt showed to the model. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(SnakeCaseStrategy.class)
    record Source(
            String id,
            String documentId,
            String collection,
            double score,
            String content,
            @Nullable String author,
            @Nullable String platform,
            @Nullable String link,
            @Nullable String name,
            @Nullable String title) {
        static Source of(Passage passage) {
            return new Source(
                    passage.id(),
                    passage.documentId(),
                    passage.collection(),
                    passage.score(),
                    passage.content(),
                    passage.author(),
                    passage.platform(),
                    passage.link(),
                    passage.name(),
                    passage.title());
        }
    }

    /**
     * Tokens as the model's server counted them.
     *
     * @param cost in US dollars
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Usage(int promptTokens, int completionTokens, int totalTokens, double cost) {
        static Usage of(ChatCompletion.Usage usage, double cost) {
            return new Usage(usage.promptTokens(), usage.completionTokens(), usage.totalTokens(), cost);
        }
    }
}
