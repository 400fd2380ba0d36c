package io.llmtwin.embedded.qdrant;

import org.apache.lucene.document.Document;

/** The vectors that points of a collection have under one name, which is empty for the unnamed one. */
sealed interface VectorSpace permits DenseSpace, SparseSpace {
    String name();

    /** How near its vectors are to each other. */
    Metric metric();

    /** Lucene field that holds the vectors themselves. */
    String field();

    /**
     * {@code value} in the form in which it is stored and compared, or a refusal if it isn't of this space.
     *
     * @param whose what the refusal of a wrong dimension says after it, as Qdrant does; empty for nothing
     */
    VectorValue stored(VectorValue value, String whose);

    /** Adds a vector in stored form to a point's document. */
    void add(VectorValue stored, Document document);
}
