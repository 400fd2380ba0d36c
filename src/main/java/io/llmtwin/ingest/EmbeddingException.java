package io.llmtwin.ingest;

import dev.langchain4j.exception.InvalidRequestException;

/** The embedding model did not do what it was asked. The message says what, for an operator. */
public final class EmbeddingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    EmbeddingException(Throwable cause) {
        super("the embedding model failed: " + reason(cause), cause);
    }

    /** Whether the model's server would not embed these texts, and won't the next time either. */
    boolean refused() {
        return getCause() instanceof InvalidRequestException;
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
