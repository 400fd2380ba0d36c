package io.llmtwin.embedded.qdrant;

import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.FeatureField;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;

/**
 * Sparse vectors. A vector is stored whole, and its weights again in postings, where a weight is a {@link FeatureField}:
 * a term frequency that has the weight's sign, exponent and 8 bits of its mantissa, and Lucene's impacts with it. A
 * weight that can't be one, because it isn't a positive normal number, stands in a posting without a weight.
 *
 * @param idf whether a query's weights are multiplied by the inverse document frequency of their dimensions
 */
record SparseSpace(String name, boolean idf) implements VectorSpace {
    /** By how much, in parts of a weight, a weight in the postings is less than the weight. */
    static final float TRUNCATION = 1f / 256;

    /** Dimension of every vector that isn't empty. */
    private static final String ANY = "any";

    @Override
    public Metric metric() {
        return Metric.DOT;
    }

    @Override
    public String field() {
        return field(name);
    }

    /** Lucene field of the space {@code name}. */
    static String field(String name) {
        return "sparse." + name;
    }

    /** Lucene field that holds the weights that are {@link #isFeature features}. */
    String featuresField() {
        return "sparse_features." + name;
    }

    /** Whether {@code weight} can be a feature. */
    static boolean isFeature(float weight) {
        return weight >= Float.MIN_NORMAL;
    }

    /** The name of a dimension's feature. */
    static String feature(int index) {
        return Integer.toHexString(index);
    }

    /** Term of the vectors that have a weight for the dimension {@code index}, as a feature. */
    Term term(int index) {
        return new Term(featuresField(), feature(index));
    }

    /** Term of the vectors that have another weight for the dimension {@code index}. */
    Term otherTerm(int index) {
        return new Term(othersField(), feature(index));
    }

    /** Term of the vectors that aren't empty. */
    Term anyTerm() {
        return new Term(othersField(), ANY);
    }

    @Override
    public SparseValue stored(VectorValue value, String whose) {
        if (value instanceof DenseValue) {
            throw Refusal.wrongInput("Conversion between sparse and regular vectors failed");
        }
        if (!(value instanceof SparseValue sparse)) {
            throw Refusal.wrongInput("Conversion between multi and regular vectors failed");
        }
        for (float weight : sparse.weights()) {
            Metric.checkFinite(weight);
        }
        return sparse;
    }

    @Override
    public void add(VectorValue stored, Document document) {
        SparseValue sparse = (SparseValue) stored;
        document.add(new BinaryDocValuesField(field(), sparse.bytes()));
        if (sparse.size() > 0) {
            document.add(new StringField(othersField(), ANY, Field.Store.NO));
        }
        for (int i = 0; i < sparse.size(); i++) {
            String feature = feature(sparse.indices()[i]);
            float weight = sparse.weights()[i];
            document.add(
                    isFeature(weight)
                            ? new FeatureField(featuresField(), feature, weight)
                            : new StringField(othersField(), feature, Field.Store.NO));
        }
    }

    private String othersField() {
        return "sparse_others." + name;
    }
}
