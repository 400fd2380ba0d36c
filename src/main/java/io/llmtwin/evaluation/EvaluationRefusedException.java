package io.llmtwin.evaluation;

/** An evaluation is asked for that can't be run. */
public final class EvaluationRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EvaluationRefusedException(String message) {
        super(message);
    }
}
