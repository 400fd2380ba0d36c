package io.llmtwin.prompt;

/** The question is more than a prompt may hold, alone or beside a conversation's instructions. */
public final class PromptTooLongException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private PromptTooLongException(String message) {
        super(message);
    }

    static PromptTooLongException ofQuestion(int tokens, int limit) {
        return new PromptTooLongException("the question alone makes " + tokens + " tokens; a prompt may have " + limit);
    }

    static PromptTooLongException ofInstructions(int tokens, int limit) {
        return new PromptTooLongException("the instructions make " + tokens
                + " tokens and leave no room for the question; a prompt may have " + limit + " with them");
    }
}
