package io.llmtwin.ingest;

/** The vector store did not do what it was asked, however often. The message says what, for an operator. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StoreException(String message) {
        super(message);
    }

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
