package io.llmtwin.prompt;

/** The question alone is more than a prompt may hold. */
public final class PromptTooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PromptTooLongException(int tokens, int limit) {
        super("the question alone makes " + tokens + " tokens; a prompt may have " + limit);
    }
}
