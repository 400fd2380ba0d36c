package io.llmtwin.llm;

/** The language model fell silent or failed in the middle of an answer of which the client already has a part. */
public final class AnswerCutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AnswerCutException(Throwable cause) {
        super("the answer was cut: " + cause.getMessage(), cause);
    }
}
