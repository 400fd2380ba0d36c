package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorInput;
import io.qdrant.client.grpc.Points.Vectors;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The one dense vector of a request, in whichever of the API's forms it comes. */
final class PointVector {
    private PointVector() {}

    /** The vector to store for a point, or null if the point is to have none. */
    static float @Nullable [] of(Vectors vectors, int dimension) {
        return switch (vectors.getVectorsOptionsCase()) {
            case VECTOR -> checked(dense(vectors.getVector()), dimension);
            case VECTORS -> {
                float[] found = null;
                for (Map.Entry<String, Vector> named :
                        vectors.getVectors().getVectorsMap().entrySet()) {
                    checkName(named.getKey());
                    found = checked(dense(named.getValue()), dimension);
                }
                yield found;
            }
            case VECTORSOPTIONS_NOT_SET -> throw Refusal.invalid("No Vector Provided");
        };
    }

    /** The vector to search with. */
    static float[] of(VectorInput input, int dimension) {
        return switch (input.getVariantCase()) {
            case DENSE -> checked(input.getDense().getDataList(), dimension);
            case SPARSE -> throw Refusal.wrongInput("Conversion between sparse and regular vectors failed");
            case MULTI_DENSE -> throw Refusal.wrongInput("Conversion between multi and regular vectors failed");
            case DOCUMENT, IMAGE, OBJECT -> throw Refusal.unsupported("inference");
            case ID -> throw new IllegalArgumentException("an id is looked up, not read");
            case VARIANT_NOT_SET -> throw Refusal.invalid("VectorInput variant is missing");
        };
    }

    /** {@code data} as an array, if it has {@code dimension} finite components. */
    static float[] checked(List<Float> data, int dimension) {
        if (data.size() != dimension) {
            throw Refusal.wrongInput("Vector dimension error: expected dim: " + dimension + ", got " + data.size());
        }
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = data.get(i);
            if (!Float.isFinite(vector[i])) {
                throw Refusal.wrongInput("a vector's components must be finite");
            }
        }
        return vector;
    }

    /** Refuses any name but the empty one of the collection's only vector. */
    static void checkName(String name) {
        if (!name.isEmpty()) {
            throw Refusal.wrongInput("Not existing vector name error: " + name);
        }
    }

    @SuppressWarnings("deprecation") // clients before 1.14 send their vectors in these fields
    private static List<Float> dense(Vector vector) {
        return switch (vector.getVectorCase()) {
            case DENSE -> vector.getDense().getDataList();
            case SPARSE -> throw Refusal.invalid("Sparse vector must be named");
            case MULTI_DENSE -> throw Refusal.wrongInput("Conversion between multi and regular vectors failed");
            case DOCUMENT, IMAGE, OBJECT -> throw Refusal.unsupported("inference");
            case VECTOR_NOT_SET -> {
                if (vector.hasIndices()) {
                    throw Refusal.invalid("Sparse vector must be named");
                }
                if (vector.hasVectorsCount()) {
                    throw Refusal.wrongInput("Conversion between multi and regular vectors failed");
                }
                yield vector.getDataList();
            }
        };
    }
}
