package io.llmtwin.llm;

/** No language model could be reached, or the one that was failed. */
public final class LlmUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LlmUnavailableException(String message) {
        super(message);
    }
}
