package io.llmtwin.ingest;

import java.util.List;

/** Some documents of an upload are not stored. The others are. */
public final class UploadFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Cause kind;

    @SuppressWarnings("serial")
    private final List<UploadedDocument> documents;

    UploadFailedException(Cause kind, List<UploadedDocument> documents, String message) {
        super(message);
        this.kind = kind;
        this.documents = List.copyOf(documents);
    }

    /** Why. */
    public Cause kind() {
        return kind;
    }

    /** What became of each document, in their order. */
    public List<UploadedDocument> documents() {
        return documents;
    }

    /** Why documents of an upload are not stored. */
    public enum Cause {
        /** None of them could ever be. */
        REJECTED,
        /** The store or the embedding model failed. */
        UNAVAILABLE,
        /** The time for a request was up. */
        LATE
    }
}
