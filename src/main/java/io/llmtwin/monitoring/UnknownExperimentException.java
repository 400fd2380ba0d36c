package io.llmtwin.monitoring;

/** There never was an experiment. */
public final class UnknownExperimentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownExperimentException() {
        super("there is no experiment; PUT /api/v1/experiment begins one");
    }
}
