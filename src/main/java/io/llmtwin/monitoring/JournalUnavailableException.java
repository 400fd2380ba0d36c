package io.llmtwin.monitoring;

/** The journal can't be read or written now. Nothing was changed. */
public final class JournalUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JournalUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    JournalUnavailableException(String message) {
        super(message);
    }
}
