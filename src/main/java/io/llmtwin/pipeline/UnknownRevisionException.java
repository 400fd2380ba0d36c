package io.llmtwin.pipeline;

/** There is no revision of that name, or none any more that starts. */
public final class UnknownRevisionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String id;

    UnknownRevisionException(String id) {
        super("there is no revision '" + id + "'; GET /api/v1/revisions lists them");
        this.id = id;
    }

    UnknownRevisionException(String id, RejectedPipelineException reason) {
        super("revision " + id + " doesn't start any more: " + reason.getMessage(), reason);
        this.id = id;
    }

    /** The name that was asked for. */
    public String id() {
        return id;
    }
}
