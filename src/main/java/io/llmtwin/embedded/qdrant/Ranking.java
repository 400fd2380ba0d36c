package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.Rrf;

/** What puts points in an order. */
sealed interface Ranking {
    /** Qdrant's {@code k} of the reciprocal rank fusion where a request has none. */
    int DEFAULT_K = 2;

    /** {@code Rrf.weights}, which is younger than the client that this is built with. */
    int RRF_WEIGHTS = 2;

    /** The order of ids, where every score is 1. */
    record ById() implements Ranking {}

    /** How near a vector of the space {@code using} is to {@code target}. */
    record Nearest(VectorValue target, String using) implements Ranking {}

    /** How near a vector of the space {@code using} is to that of the point {@code target}. */
    record NearestTo(PointId target, String using) implements Ranking {}

    /** The ranks in several sources. */
    record ReciprocalRank(int k) implements Ranking {}

    /** The scores in several sources, each normalised by its source's distribution. */
    record ScoreDistribution() implements Ranking {}

    /** Reads a query over the vectors of the space {@code using}, which stands in the request at {@code field}. */
    static Ranking of(Query query, String using, String field) {
        return switch (query.getVariantCase()) {
            case NEAREST ->
                query.getNearest().hasId()
                        ? new NearestTo(query.getNearest().getId(), using)
                        : new Nearest(VectorValue.of(query.getNearest(), field + ".variant"), using);
            case FUSION ->
                switch (query.getFusion()) {
                    case RRF -> new ReciprocalRank(DEFAULT_K);
                    case DBSF -> new ScoreDistribution();
                    case UNRECOGNIZED -> throw Refusal.invalid("invalid fusion type value " + query.getFusionValue());
                };
            case RRF -> reciprocalRank(query.getRrf(), field + ".variant");
            case RECOMMEND -> throw Refusal.unsupported("recommendation");
            case DISCOVER, CONTEXT -> throw Refusal.unsupported("discovery");
            case ORDER_BY -> throw Refusal.unsupported("ordering by a payload key");
            case SAMPLE -> throw Refusal.unsupported("sampling");
            case FORMULA -> throw Refusal.unsupported("formulas");
            case NEAREST_WITH_MMR -> throw Refusal.unsupported("maximal marginal relevance");
            case VARIANT_NOT_SET -> throw Refusal.invalid("Query variant is missing");
        };
    }

    private static Ranking reciprocalRank(Rrf rrf, String field) {
        if (rrf.hasK() && rrf.getK() == 0) {
            throw Refusal.outOfBounds(field + ".k", "value 0 invalid, must be 1 or larger");
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
