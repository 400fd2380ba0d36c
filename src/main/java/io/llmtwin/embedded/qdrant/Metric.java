package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Collections.Distance;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.VectorUtil;

/** How near two vectors are, in Qdrant's terms: what is stored, what the score is, and which score is better. */
enum Metric {
    /** The cosine, from -1 to 1. Vectors are stored normalised, but for the zero vector. */
    COSINE(VectorSimilarityFunction.DOT_PRODUCT) {
        @Override
        float[] stored(float[] vector) {
            float squares = 0;
            for (float component : vector) {
                squares += component * component;
            }
            if (squares < EPSILON || Math.abs(squares - 1) <= 1e-6f) {
                return vector;
            }
            float length = (float) Math.sqrt(squares);
            float[] unit = new float[vector.length];
            for (int i = 0; i < vector.length; i++) {
                unit[i] = vector[i] / length;
            }
            return unit;
        }
    },
    /** The dot product. */
    DOT(VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT),
    /** The distance, where less is better. */
    EUCLID(VectorSimilarityFunction.EUCLIDEAN) {
        @Override
        float score(float[] query, float[] vector) {
            return (float) Math.sqrt(VectorUtil.squareDistance(query, vector));
        }

        @Override
        boolean passes(float score, float threshold) {
            return score < threshold;
        }

        @Override
        int compare(float a, float b) {
            return Float.compare(a, b);
        }
    };

    private static final float EPSILON = 1.1920929e-7f;

    private final VectorSimilarityFunction similarity;

    Metric(VectorSimilarityFunction similarity) {
        this.similarity = similarity;
    }

    static Metric of(Distance distance) {
        return switch (distance) {
            case Cosine -> COSINE;
            case Dot -> DOT;
            case Euclid -> EUCLID;
            case Manhattan -> throw Refusal.unsupported("Manhattan distance");
            case UnknownDistance -> throw Refusal.invalid("Malformed distance parameter: UnknownDistance");
            case UNRECOGNIZED -> throw Refusal.invalid("Malformed distance parameter");
        };
    }

    /** Refuses what can't be compared. */
    static void checkFinite(float component) {
        if (!Float.isFinite(component)) {
            throw Refusal.wrongInput("a vector's components must be finite");
        }
    }

    /** What Lucene's graph goes by. */
    VectorSimilarityFunction similarity() {
        return similarity;
    }

    /** The form in which {@code vector} is stored, and compared as a query. */
    float[] stored(float[] vector) {
        return vector;
    }

    float score(float[] query, float[] vector) {
        return VectorUtil.dotProduct(query, vector);
    }

    /** Whether {@code score} is better than {@code threshold}. */
    boolean passes(float score, float threshold) {
        return score > threshold;
    }

    /** Orders scores, the better first. */
    int compare(float a, float b) {
        return Float.compare(b, a);
    }
}
