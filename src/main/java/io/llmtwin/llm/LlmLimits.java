package io.llmtwin.llm;

import java.util.OptionalInt;

/**
 * How many tokens a request may have, by the settings and by the model's window: what it reads and writes together, as
 * far as its server says.
 *
 * @param maxInputTokens of a prompt, without the conversation before it
 * @param maxCompletionTokens of an answer
 */
public record LlmLimits(int maxInputTokens, int maxCompletionTokens) {

    /** The most tokens that an answer may have: of a small window no more than half. */
    public int completionTokens(OptionalInt window) {
        return window.isEmpty() ? maxCompletionTokens : Math.min(maxCompletionTokens, window.getAsInt() / 2);
    }

    /**
     * The most tokens that may stand before an answer of {@code completionTokens}, conversation and prompt together: what
     * the window leaves them, or MAX_TOTAL_TOKENS where it is not known. vLLM cuts what goes over without a word.
     */
    public int inputTokens(OptionalInt window, int completionTokens) {
        return window.orElse(maxInputTokens + maxCompletionTokens) - completionTokens;
    }
}
