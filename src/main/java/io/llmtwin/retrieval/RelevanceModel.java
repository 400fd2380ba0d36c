package io.llmtwin.retrieval;

import java.util.List;

/** Judges how well passages answer a question. Whoever implements it is thread-safe. */
@FunctionalInterface
public interface RelevanceModel {
    /**
     * A score for each of {@code passages}, in their order, greater for those that answer {@code question} better. Finite,
     * and comparable among these passages only.
     *
     * @param found what the search found each passage worth, 0 to 1; a model may ignore it
     */
    List<Double> scores(String question, List<String> passages, List<Double> found);
}
