package io.llmtwin.retrieval;

import java.util.List;

/** Judges how well passages answer a question. Whoever implements it is thread-safe. */
@FunctionalInterface
public interface RelevanceModel {
    /**
     * A score for each of the first of {@code passages}, in their order, for as many as the model judges; greater for
     * those that answer {@code question} better. Finite, and comparable among these passages only.
     *
     * @param passages best first, with the search's word as their {@link Passage#score()}
     */
    List<Double> scores(String question, List<Passage> passages);
}
