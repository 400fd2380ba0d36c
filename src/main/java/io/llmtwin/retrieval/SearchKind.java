package io.llmtwin.retrieval;

import io.qdrant.client.grpc.Points.QueryPoints;

/** How a collection is searched. The scores of one kind are comparable over all collections; those of two kinds never. */
enum SearchKind {
    /** By the cosine of the unnamed vectors. */
    DENSE("dense", ""),
    /** By the terms that query and passage share, weighted by {@link TermWeights}. */
    BM25("bm25", TermWeights.VECTOR);

    private final String stage;
    private final String vector;

    SearchKind(String stage, String vector) {
        this.stage = stage;
        this.vector = vector;
    }

    /** Name of the score in {@link Passage#scores()}. */
    String stage() {
        return stage;
    }

    /** Name of the vector in a collection; empty for the one without a name. */
    String vector() {
        return vector;
    }

    /** The kind of {@code search}. */
    static SearchKind of(QueryPoints search) {
        return search.getUsing().equals(BM25.vector) ? BM25 : DENSE;
    }
}
