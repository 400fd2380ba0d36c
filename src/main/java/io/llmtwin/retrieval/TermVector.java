package io.llmtwin.retrieval;

import java.util.List;

/**
 * A sparse vector: a weight for each term that a text has.
 *
 * @param indices of the terms, ascending and distinct; unsigned
 * @param weights one for each index, all above 0
 */
public record TermVector(List<Integer> indices, List<Float> weights) {
    public TermVector {
        indices = List.copyOf(indices);
        weights = List.copyOf(weights);
    }

    /** Whether no term is in it. */
    public boolean isEmpty() {
        return indices.isEmpty();
    }
}
