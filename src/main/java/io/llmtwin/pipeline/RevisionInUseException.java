package io.llmtwin.pipeline;

/** A revision can't be thrown away: it serves, or takes part in an experiment. */
public final class RevisionInUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RevisionInUseException(String id) {
        super("revision " + id
                + " serves, or takes part in the experiment; activate another, or end the experiment first");
    }
}
