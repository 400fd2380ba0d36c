package io.llmtwin.monitoring;

/** Traces are asked for in a way that can't be understood. The message says what is wrong. */
public final class TraceFilterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TraceFilterException(String message, Throwable cause) {
        super(message, cause);
    }
}
