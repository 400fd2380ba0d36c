package io.llmtwin.monitoring;

/** No record is kept of that trace. */
public final class UnknownTraceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** That trace, by the id that a client gave. */
    public UnknownTraceException(String id) {
        super("no record is kept of trace " + id);
    }
}
