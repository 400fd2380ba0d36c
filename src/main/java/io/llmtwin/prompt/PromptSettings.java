package io.llmtwin.prompt;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How many tokens a prompt may have.
 *
 * @param maxInputTokens of the whole prompt
 * @param maxTotalTokens of the prompt and its completion together
 */
@Validated
@ConfigurationProperties("llm-twin.prompt")
public record PromptSettings(
        @DefaultValue("1536") @Min(64) @Max(1_000_000) int maxInputTokens,
        @DefaultValue("2048") @Min(128) @Max(1_000_000) int maxTotalTokens) {

    public PromptSettings {
        if (maxTotalTokens <= maxInputTokens) {
            throw new IllegalArgumentException("MAX_TOTAL_TOKENS (" + maxTotalTokens
                    + ") must be greater than MAX_INPUT_TOKENS (" + maxInputTokens + "): the answer needs room");
        }
    }
}
