package io.llmtwin.evaluation;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an evaluation measures, each from 0 to 1. */
public enum Measure {
    /** Share of the questions of whose expected sources one was shown to the model. */
    @JsonProperty("hit_rate")
    HIT_RATE(true, false),
    /** Share of an answer's sentences that a source supports. */
    @JsonProperty("groundedness")
    GROUNDEDNESS(true, false),
    /** Cosine between the answer and the reference. */
    @JsonProperty("answer_similarity")
    ANSWER_SIMILARITY(true, false),
    /** How much of the answer the sources do not say, as a language model judges it. */
    @JsonProperty("hallucination")
    HALLUCINATION(false, true),
    /** How far the answer answers the question, as a language model judges it. */
    @JsonProperty("relevance")
    RELEVANCE(true, true),
    /** How well the answer reads as a post would, as a language model judges it. */
    @JsonProperty("style")
    STYLE(true, true);

    private final boolean moreIsBetter;
    private final boolean judged;

    Measure(boolean moreIsBetter, boolean judged) {
        this.moreIsBetter = moreIsBetter;
        this.judged = judged;
    }

    /** Its name in files and answers, in snake_case. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Measure> named(String key) {
        return Arrays.stream(values())
                .filter(measure -> measure.key().equals(key))
                .findFirst();
    }

    /** Whether it takes a language model. */
    boolean isJudged() {
        return judged;
    }

    /** Whether {@code value} is as good as {@code threshold}. */
    boolean reaches(double value, double threshold) {
        return moreIsBetter ? value >= threshold : value <= threshold;
    }

    /** How a threshold reads. */
    String bound() {
        return moreIsBetter ? "at least" : "at most";
    }
}
