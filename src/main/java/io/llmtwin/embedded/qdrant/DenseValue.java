package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Points.DenseVector;
import io.qdrant.client.grpc.Points.VectorOutput;
import java.util.List;

/** A dense vector: a component for each dimension, in an array that nobody changes. */
final class DenseValue implements VectorValue {
    private final float[] components;

    DenseValue(float[] components) {
        this.components = components;
    }

    static DenseValue of(List<Float> components) {
        float[] array = new float[components.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = components.get(i);
        }
        return new DenseValue(array);
    }

    float[] components() {
        return components;
    }

    @Override
    public VectorOutput toOutput() {
        DenseVector.Builder dense = DenseVector.newBuilder();
        for (float component : components) {
            dense.addData(component);
        }
        return VectorOutput.newBuilder().setDense(dense).build();
    }
}
