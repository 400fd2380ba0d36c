package io.llmtwin.embedded.llm;

/** The model can't serve yet; the message says why. */
public final class ModelNotReadyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ModelNotReadyException(String message) {
        super(message);
    }
}
