package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorInput;
import io.qdrant.client.grpc.Points.VectorOutput;
import java.util.List;

/** A vector of a point or of a query, in whichever of the API's forms it comes. */
sealed interface VectorValue permits DenseValue, SparseValue, VectorValue.Multi {
    /** Several dense vectors in one, which no collection here takes. */
    record Multi() implements VectorValue {
        @Override
        public VectorOutput toOutput() {
            throw new IllegalStateException("multivectors are not stored");
        }
    }

    /** The form in which answers carry it. */
    VectorOutput toOutput();

    /**
     * Reads a vector that is to be stored, and stands in the request at {@code field}; clients before 1.14 send theirs in
     * the deprecated fields.
     */
    @SuppressWarnings("deprecation")
    static VectorValue of(Vector vector, String field) {
        return switch (vector.getVectorCase()) {
            case DENSE -> DenseValue.of(vector.getDense().getDataList());
            case SPARSE ->
                SparseValue.of(
                        vector.getSparse().getIndicesList(), vector.getSparse().getValuesList(), field);
            case MULTI_DENSE -> new Multi();
            case DOCUMENT, IMAGE, OBJECT -> throw Refusal.unsupported("inference");
            case VECTOR_NOT_SET -> {
                List<Float> data = vector.getDataList();
                if (vector.hasIndices()) {
                    yield SparseValue.of(vector.getIndices().getDataList(), data, field);
                }
                yield vector.hasVectorsCount() ? new Multi() : DenseValue.of(data);
            }
        };
    }

    /** Reads a vector to search with, which isn't an id, and stands in the request at {@code field}. */
    static VectorValue of(VectorInput input, String field) {
        return switch (input.getVariantCase()) {
            case DENSE -> DenseValue.of(input.getDense().getDataList());
            case SPARSE ->
                SparseValue.of(
                        input.getSparse().getIndicesList(), input.getSparse().getValuesList(), field + ".variant");
            case MULTI_DENSE -> new Multi();
            case DOCUMENT, IMAGE, OBJECT -> throw Refusal.unsupported("inference");
            case ID -> throw new IllegalArgumentException("an id is looked up, not read");
            case VARIANT_NOT_SET -> throw Refusal.invalid("VectorInput variant is missing");
        };
    }
}
