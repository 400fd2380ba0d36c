package io.llmtwin.embedded.embedding;

import org.apache.lucene.util.VectorUtil;

/** A text as the vectors of its tokens. */
final class TokenVectors {
    private final long[] ids;
    private final float[][] vectors;

    /**
     * The tokens of a text, the marks that frame it among them.
     *
     * @param ids in the model's vocabulary
     * @param vectors one unit vector for each token
     */
    TokenVectors(long[] ids, float[][] vectors) {
        this.ids = ids;
        this.vectors = vectors;
    }

    long[] ids() {
        return ids;
    }

    /**
     * How well {@code passage} answers this text, a question: for each token of the question the similarity of the
     * passage's token that is most like it, averaged by {@code weights} (MaxSim: Khattab and Zaharia, ColBERT, SIGIR
     * 2020).
     *
     * @param weights one for each token of the question, 1 in sum
     * @return -1 to 1
     */
    double maxSim(double[] weights, TokenVectors passage) {
        double score = 0;
        for (int i = 0; i < vectors.length; i++) {
            float best = -1;
            for (float[] token : passage.vectors) {
                best = Math.max(best, VectorUtil.dotProduct(vectors[i], token));
            }
            score += weights[i] * best;
        }
        return score;
    }
}
