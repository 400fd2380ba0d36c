package io.llmtwin.llm;

import java.util.OptionalInt;

/**
 * How many tokens a request may have, by the settings and by what the model's server says of itself.
 *
 * @param maxInputTokens of a prompt, without the conversation before it
 * @param maxCompletionTokens of an answer
 */
public record LlmLimits(int maxInputTokens, int maxCompletionTokens) {

    /**
     * The most tokens that an answer may have: no more than a model that reads {@code maxModelLen} has left beside the
     * longest prompt, because vLLM cuts what goes over without a word.
     */
    int completionTokens(OptionalInt maxModelLen) {
        int beside = maxModelLen.orElse(Integer.MAX_VALUE) - maxInputTokens;
        return beside < 1 ? maxCompletionTokens : Math.min(maxCompletionTokens, beside);
    }

    /**
     * The most tokens that the conversation before a prompt may have: what the model reads beside the prompt and its
     * answer, or as much as a prompt where its server doesn't say what it reads.
     */
    int conversationTokens(OptionalInt maxModelLen, int promptTokens, int completionTokens) {
        return maxModelLen.isEmpty()
                ? maxInputTokens
                : Math.max(0, maxModelLen.getAsInt() - promptTokens - completionTokens);
    }
}
