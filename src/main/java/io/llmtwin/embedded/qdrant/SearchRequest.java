package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.SearchPoints;
import io.qdrant.client.grpc.Points.SparseVector;
import io.qdrant.client.grpc.Points.VectorInput;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import java.util.List;

/** A search or a query, checked, in one form: what to find, how many of the best to leave out, and what to say of each. */
record SearchRequest(RankedQuery query, long offset, PayloadSelection payload, WithVectorsSelector vectors) {

    static SearchRequest of(SearchPoints request) {
        refuseShardKeys(request.hasShardKeySelector());
        RankedQuery query = new RankedQuery(
                new Ranking.Nearest(target(request), request.getVectorName()),
                List.of(),
                request.hasFilter() ? request.getFilter() : null,
                checkedLimit("limit", request.getLimit()),
                request.hasScoreThreshold() ? request.getScoreThreshold() : null,
                request.getParams());
        return new SearchRequest(
                query,
                request.getOffset(),
                payload(request.hasWithPayload(), request.getWithPayload()),
                request.getWithVectors());
    }

    static SearchRequest of(QueryPoints request) {
        refuseShardKeys(request.hasShardKeySelector());
        return new SearchRequest(
                RankedQuery.of(request),
                request.getOffset(),
                payload(request.hasWithPayload(), request.getWithPayload()),
                request.getWithVectors());
    }

    /** Limits of less than one are refused under the name {@code field}. */
    static long checkedLimit(String field, long limit) {
        if (limit == 0) {
            throw Refusal.outOfBounds(field, "value 0 invalid, must be 1 or larger");
        }
        return limit;
    }

    static void refuseShardKeys(boolean present) {
        if (present) {
            throw Refusal.unsupported("shard keys");
        }
    }

    private static VectorInput target(SearchPoints request) {
        if (!request.hasSparseIndices()) {
            return VectorInput.newBuilder()
                    .setDense(DenseVector.newBuilder().addAllData(request.getVectorList()))
                    .build();
        }
        if (!request.hasVectorName()) {
            throw Refusal.invalid("Sparse vector must have a name");
        }
        return VectorInput.newBuilder()
                .setSparse(SparseVector.newBuilder()
                        .addAllIndices(request.getSparseIndices().getDataList())
                        .addAllValues(request.getVectorList()))
                .build();
    }

    private static PayloadSelection payload(boolean present, WithPayloadSelector selector) {
        return present ? PayloadSelection.of(selector) : PayloadSelection.NOTHING;
    }
}
