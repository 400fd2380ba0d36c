package io.llmtwin.llm;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What the language model costs, in US dollars: by the token, or by the time that it takes. Nothing, where nothing is
 * set.
 *
 * @param perMillionPromptTokens of prompts and conversations
 * @param perMillionCompletionTokens of answers
 * @param perGpuSecond for each second of the step {@code llm}; set in place of the prices of tokens
 */
@Validated
@ConfigurationProperties("llm-twin.llm.cost")
public record LlmCostSettings(
        @DefaultValue("0") double perMillionPromptTokens,
        @DefaultValue("0") double perMillionCompletionTokens,
        @DefaultValue("0") double perGpuSecond) {

    public LlmCostSettings {
        requirePrice("LLM_COST_PER_1M_PROMPT_TOKENS", perMillionPromptTokens);
        requirePrice("LLM_COST_PER_1M_COMPLETION_TOKENS", perMillionCompletionTokens);
        requirePrice("LLM_COST_PER_GPU_SECOND", perGpuSecond);
        if (perGpuSecond > 0 && perMillionPromptTokens + perMillionCompletionTokens > 0) {
            throw new IllegalArgumentException(
                    "the language model costs by the token or by the second: set LLM_COST_PER_GPU_SECOND or"
                            + " LLM_COST_PER_1M_PROMPT_TOKENS and LLM_COST_PER_1M_COMPLETION_TOKENS, not both");
        }
    }

    /**
     * What an answer cost.
     *
     * @param usage as the server counted it; null where it didn't
     * @param seconds that the answer took
     */
    public double of(ChatCompletion.@Nullable Usage usage, double seconds) {
        double tokens = usage == null
                ? 0
                : (usage.promptTokens() * perMillionPromptTokens
                                + usage.completionTokens() * perMillionCompletionTokens)
                        / 1_000_000;
        return tokens + seconds * perGpuSecond;
    }

    private static void requirePrice(String name, double price) {
        if (!(price >= 0 && Double.isFinite(price))) {
            throw new IllegalArgumentException(name + " must be a price in US dollars, but was " + price);
        }
    }
}
