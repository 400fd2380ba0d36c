package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Points.SparseVector;
import io.qdrant.client.grpc.Points.VectorOutput;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.util.BytesRef;

/**
 * A sparse vector: the weights of some of 2^32 dimensions, each of which is there once, in the ascending order of their
 * unsigned indices. In bytes it is all indices, then all weights, big-endian. The arrays are never changed.
 */
final class SparseValue implements VectorValue {
    private final int[] indices;
    private final float[] weights;

    SparseValue(int[] indices, float[] weights) {
        this.indices = indices;
        this.weights = weights;
    }

    /** Reads a vector whose dimensions may stand in any order. */
    static SparseValue of(List<Integer> indices, List<Float> weights) {
        if (indices.size() != weights.size()) {
            throw Refusal.outOfBounds("values", "must be the same length as indices");
        }
        int[] order = IntStream.range(0, indices.size())
                .boxed()
                .sorted((a, b) -> Integer.compareUnsigned(indices.get(a), indices.get(b)))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] sorted = new int[order.length];
        float[] values = new float[order.length];
        for (int i = 0; i < order.length; i++) {
            sorted[i] = indices.get(order[i]);
            values[i] = weights.get(order[i]);
            if (i > 0 && sorted[i] == sorted[i - 1]) {
                throw Refusal.outOfBounds("indices", "must be unique");
            }
        }
        return new SparseValue(sorted, values);
    }

    /** Reads what {@link #bytes} has written. */
    static SparseValue read(BytesRef bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length);
        int size = bytes.length / (Integer.BYTES + Float.BYTES);
        int[] indices = new int[size];
        float[] weights = new float[size];
        buffer.asIntBuffer().get(indices);
        buffer.position(buffer.position() + size * Integer.BYTES);
        buffer.asFloatBuffer().get(weights);
        return new SparseValue(indices, weights);
    }

    BytesRef bytes() {
        ByteBuffer buffer = ByteBuffer.allocate(size() * (Integer.BYTES + Float.BYTES));
        buffer.asIntBuffer().put(indices);
        buffer.position(size() * Integer.BYTES);
        buffer.asFloatBuffer().put(weights);
        return new BytesRef(buffer.array());
    }

    int[] indices() {
        return indices;
    }

    float[] weights() {
        return weights;
    }

    /** How many dimensions have a weight. */
    int size() {
        return indices.length;
    }

    /** The inner product with the vector in {@code bytes}, added up in the order of the indices. */
    float dot(BytesRef bytes) {
        ByteBuffer other =
                ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length).slice();
        int size = bytes.length / (Integer.BYTES + Float.BYTES);
        float sum = 0;
        int from = 0;
        for (int i = 0; i < indices.length && from < size; i++) {
            int at = find(other, from, size, indices[i]);
            if (at >= 0) {
                sum += weights[i] * other.getFloat((size + at) * Integer.BYTES);
                from = at + 1;
            } else {
                from = -at - 1;
            }
        }
        return sum;
    }

    @Override
    public VectorOutput toOutput() {
        SparseVector.Builder sparse = SparseVector.newBuilder();
        for (int i = 0; i < size(); i++) {
            sparse.addIndices(indices[i]).addValues(weights[i]);
        }
        return VectorOutput.newBuilder().setSparse(sparse).build();
    }

    /** Where {@code index} stands, or where it would, as -1 less that. */
    private static int find(ByteBuffer indices, int from, int to, int index) {
        int low = from;
        int high = to - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Integer.compareUnsigned(indices.getInt(middle * Integer.BYTES), index);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }
}
