package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.Rrf;
import io.qdrant.client.grpc.Points.VectorInput;
import org.jspecify.annotations.Nullable;

/** What puts points in an order. */
sealed interface Ranking {
    /** Qdrant's {@code k} of the reciprocal rank fusion where a request has none. */
    int DEFAULT_K = 2;

    /** {@code Rrf.weights}, which is younger than the client that this is built with. */
    int RRF_WEIGHTS = 2;

    /** The order of ids, where every score is 1. */
    record ById() implements Ranking {}

    /** How near a vector of the space {@code using} is to {@code target}, which is a vector, or the id of a point with one. */
    record Nearest(VectorInput target, String using) implements Ranking {
        /** The point that the target is, or null if it is a vector. */
        @Nullable
        PointId targetId() {
            return target.hasId() ? target.getId() : null;
        }
    }

    /** The ranks in several sources. */
    record ReciprocalRank(int k) implements Ranking {}

    /** The scores in several sources, each normalised by its source's distribution. */
    record ScoreDistribution() implements Ranking {}

    /** Reads a query over the vectors of the space {@code using}. */
    static Ranking of(Query query, String using) {
        return switch (query.getVariantCase()) {
            case NEAREST -> new Nearest(query.getNearest(), using);
            case FUSION ->
                switch (query.getFusion()) {
                    case RRF -> new ReciprocalRank(DEFAULT_K);
                    case DBSF -> new ScoreDistribution();
                    case UNRECOGNIZED -> throw Refusal.invalid("invalid fusion type value " + query.getFusionValue());
                };
            case RRF -> reciprocalRank(query.getRrf());
            case RECOMMEND -> throw Refusal.unsupported("recommendation");
            case DISCOVER, CONTEXT -> throw Refusal.unsupported("discovery");
            case ORDER_BY -> throw Refusal.unsupported("ordering by a payload key");
            case SAMPLE -> throw Refusal.unsupported("sampling");
            case FORMULA -> throw Refusal.unsupported("formulas");
            case NEAREST_WITH_MMR -> throw Refusal.unsupported("maximal marginal relevance");
            case VARIANT_NOT_SET -> throw Refusal.invalid("Query variant is missing");
        };
    }

    private static Ranking reciprocalRank(Rrf rrf) {
        if (rrf.hasK() && rrf.getK() == 0) {
            throw Refusal.outOfBounds("query.variant.k", "value 0 invalid, must be 1 or larger");
        }
        if (rrf.getUnknownFields().hasField(RRF_WEIGHTS)) {
            throw Refusal.unsupported("weights in fusion");
        }
        return new ReciprocalRank(rrf.hasK() ? rrf.getK() : DEFAULT_K);
    }

    /** Whether it is made of the rankings of its sources, and of nothing else. */
    default boolean isFusion() {
        return this instanceof ReciprocalRank || this instanceof ScoreDistribution;
    }
}
