package io.llmtwin.retrieval;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much is searched and kept.
 *
 * @param topK half of how many hits each search of a collection has, and a quarter of how many passages are fused of them
 * @param keepTopK passages that are kept after reranking
 * @param expandNQuery queries that a question is expanded to, itself included; 1 for no expansion
 */
@Validated
@ConfigurationProperties("llm-twin.retrieval")
public record RetrievalSettings(
        @DefaultValue("15") @Min(1) @Max(300) int topK,
        @DefaultValue("4") @Min(1) @Max(100) int keepTopK,
        @DefaultValue("3") @Min(1) @Max(10) int expandNQuery) {

    /**
     * How many hits each search of a collection has.
     *
     * @param limit how many passages are asked for; KEEP_TOP_K where it is null
     */
    int hits(@Nullable Integer limit) {
        return 2 * Math.max(topK, limit == null ? keepTopK : limit);
    }

    /** How many passages are fused of the hits of all searches, for {@code limit} as above. */
    int candidates(@Nullable Integer limit) {
        return 2 * hits(limit);
    }
}
