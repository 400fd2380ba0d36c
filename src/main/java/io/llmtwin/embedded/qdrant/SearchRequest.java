package io.llmtwin.embedded.qdrant;

import io.llmtwin.embedded.qdrant.VectorSearch.Settings;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.SearchPoints;
import io.qdrant.client.grpc.Points.VectorInput;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import org.jspecify.annotations.Nullable;

/**
 * A search or a query, checked, in one form: what to be near to (nothing, for points in the order of their ids), among
 * which points, how many after how many, and what to say of each.
 */
record SearchRequest(
        @Nullable VectorInput target,
        @Nullable Filter filter,
        long limit,
        long offset,
        @Nullable Float threshold,
        SearchParams params,
        PointAnswer answer) {
    private static final long DEFAULT_LIMIT = 10;

    static SearchRequest of(SearchPoints request) {
        if (request.hasVectorName()) {
            PointVector.checkName(request.getVectorName());
        }
        if (request.hasSparseIndices()) {
            throw Refusal.unsupported("sparse vectors");
        }
        refuseShardKeys(request.hasShardKeySelector());
        return new SearchRequest(
                VectorInput.newBuilder()
                        .setDense(io.qdrant.client.grpc.Points.DenseVector.newBuilder()
                                .addAllData(request.getVectorList()))
                        .build(),
                request.hasFilter() ? request.getFilter() : null,
                checkedLimit(request.getLimit()),
                request.getOffset(),
                request.hasScoreThreshold() ? request.getScoreThreshold() : null,
                request.getParams(),
                answer(
                        request.hasWithPayload(),
                        request.getWithPayload(),
                        PointAnswer.vectors(request.getWithVectors())));
    }

    static SearchRequest of(QueryPoints request) {
        if (request.getPrefetchCount() > 0) {
            throw Refusal.unsupported("prefetch");
        }
        if (request.hasLookupFrom()) {
            throw Refusal.unsupported("lookups in another collection");
        }
        refuseShardKeys(request.hasShardKeySelector());
        long limit = checkedLimit(request.hasLimit() ? request.getLimit() : DEFAULT_LIMIT);
        if (request.hasUsing()) {
            PointVector.checkName(request.getUsing());
        }
        if (!request.hasQuery() && request.hasScoreThreshold()) {
            throw Refusal.badRequest("A query is needed to use the score_threshold. "
                    + "Can't have score_threshold without defining a query.");
        }
        return new SearchRequest(
                request.hasQuery() ? target(request.getQuery()) : null,
                request.hasFilter() ? request.getFilter() : null,
                limit,
                request.getOffset(),
                request.hasScoreThreshold() ? request.getScoreThreshold() : null,
                request.getParams(),
                answer(
                        request.hasWithPayload(),
                        request.getWithPayload(),
                        PointAnswer.vectors(request.getWithVectors())));
    }

    /** Limits of less than one are refused under the name {@code limit}. */
    static long checkedLimit(long limit) {
        if (limit == 0) {
            throw Refusal.outOfBounds("limit", "value 0 invalid, must be 1 or larger");
        }
        return limit;
    }

    static void refuseShardKeys(boolean present) {
        if (present) {
            throw Refusal.unsupported("shard keys");
        }
    }

    /** The point that the target is, or null if it is a vector. */
    @Nullable
    PointId targetId() {
        return target != null && target.hasId() ? target.getId() : null;
    }

    /** How many of the best to find, in a collection of {@code points}. */
    Settings settings(int points) {
        long top = offset + limit;
        int bounded = top < 0 || top > points || offset < 0 || limit < 0 ? points : (int) top;
        int candidates = (int) Math.min(Integer.MAX_VALUE, Math.max(0, params.getHnswEf()));
        return new Settings(Math.max(1, bounded), threshold, params.getExact(), candidates);
    }

    private static VectorInput target(Query query) {
        return switch (query.getVariantCase()) {
            case NEAREST -> query.getNearest();
            case RECOMMEND -> throw Refusal.unsupported("recommendation");
            case DISCOVER, CONTEXT -> throw Refusal.unsupported("discovery");
            case ORDER_BY -> throw Refusal.unsupported("ordering by a payload key");
            case FUSION, RRF -> throw Refusal.unsupported("fusion");
            case SAMPLE -> throw Refusal.unsupported("sampling");
            case FORMULA -> throw Refusal.unsupported("formulas");
            case NEAREST_WITH_MMR -> throw Refusal.unsupported("maximal marginal relevance");
            case VARIANT_NOT_SET -> throw Refusal.invalid("Query variant is missing");
        };
    }

    private static PointAnswer answer(boolean hasPayload, WithPayloadSelector payload, PointAnswer.Vectors vectors) {
        return new PointAnswer(hasPayload ? PayloadSelection.of(payload) : PayloadSelection.NOTHING, vectors);
    }
}
