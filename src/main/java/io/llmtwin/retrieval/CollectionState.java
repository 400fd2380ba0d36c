package io.llmtwin.retrieval;

/** What can be done with one of the collections. */
public sealed interface CollectionState {

    /** It does not exist yet, and so has no hits. */
    record Missing() implements CollectionState {
        @Override
        public String toString() {
            return "missing";
        }
    }

    /**
     * It is searched.
     *
     * @param ranksByTerms whether its points have term weights beside the dense vector
     * @param own whether this service made it; one of the course's own has no schema and no term weights
     */
    record Searchable(boolean ranksByTerms, boolean own) implements CollectionState {
        @Override
        public String toString() {
            return ranksByTerms ? "dense and bm25" : "dense";
        }
    }

    /**
     * It is left out, because its vectors can't be compared with the embedding model's.
     *
     * @param reason for an operator
     */
    record Refused(String reason) implements CollectionState {
        @Override
        public String toString() {
            return "refused: " + reason;
        }
    }
}
