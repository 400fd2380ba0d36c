package io.llmtwin.ingest;

/** The embedding model did not do what it was asked. The message says what, for an operator. */
public final class EmbeddingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    EmbeddingException(Throwable cause) {
        super("the embedding model failed: " + reason(cause), cause);
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
