package io.llmtwin.embedded.qdrant;

import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;

/** Dense vectors of one length. */
record DenseSpace(String name, int dimension, Metric metric) implements VectorSpace {
    @Override
    public String field() {
        return field(name);
    }

    /** Lucene field of the space {@code name}. */
    static String field(String name) {
        return name.isEmpty() ? "vector" : "vector." + name;
    }

    @Override
    public DenseValue stored(VectorValue value, String whose) {
        if (value instanceof SparseValue) {
            throw Refusal.wrongInput("Conversion between sparse and regular vectors failed");
        }
        if (!(value instanceof DenseValue dense)) {
            throw Refusal.wrongInput("Conversion between multi and regular vectors failed");
        }
        float[] components = dense.components();
        if (components.length != dimension) {
            throw Refusal.wrongInput(
                    "Vector dimension error: expected dim: " + dimension + ", got " + components.length + whose);
        }
        for (float component : components) {
            Metric.checkFinite(component);
        }
        return new DenseValue(metric.stored(components));
    }

    @Override
    public void add(VectorValue stored, Document document) {
        float[] components = ((DenseValue) stored).components();
        document.add(new KnnFloatVectorField(field(), components, metric.similarity()));
    }
}
