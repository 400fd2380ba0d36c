package io.llmtwin.evaluation;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What is to be evaluated.
 *
 * @param name of the evaluation; null for all
 * @param revision that answers; null for the one that serves
 */
public record EvaluationRequest(
        @Nullable String name, @Nullable String revision, Judging judge) {

    /** Whether a language model judges the answers. */
    public enum Judging {
        /** Where one is set that can. */
        @JsonProperty("auto")
        AUTO,
        /** No. */
        @JsonProperty("none")
        NONE,
        /** Yes; without one, the request is refused. */
        @JsonProperty("llm")
        LLM
    }
}
