package io.llmtwin.embedded.embedding;

import java.util.Arrays;

/**
 * How much each token of a question says: much if it is rare. BERT's vocabulary lists its words from the most frequent
 * down, and by Zipf's law a word's frequency falls with its place in that list; so the logarithm of the place is an
 * inverse document frequency that needs no collection.
 */
final class TokenWeights {
    /** Place of the first word, "the", in the vocabulary. Marks, unused places and single characters come before. */
    private static final int FIRST_WORD = 1996;

    private TokenWeights() {}

    /**
     * A weight for each of {@code ids}, 1 in sum.
     *
     * @param ids of a text's tokens, the first and the last of them the marks that frame it, which stand for the text as
     *     a whole and get the mean weight
     */
    static double[] of(long[] ids) {
        double[] weights = Arrays.stream(ids)
                .mapToDouble(id -> Math.log(1 + (double) Math.max(1, id - FIRST_WORD + 1)))
                .toArray();
        double mean = Arrays.stream(weights, 1, weights.length - 1).average().orElse(1);
        weights[0] = mean;
        weights[weights.length - 1] = mean;
        double sum = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(weight -> weight / sum).toArray();
    }
}
