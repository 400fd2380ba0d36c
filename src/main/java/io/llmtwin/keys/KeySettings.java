package io.llmtwin.keys;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who may use the service.
 *
 * @param keys {@code name:key} pairs separated by commas, or a file of keys; empty for none, which leaves the API open
 * @param requestsPerMinute of a key that has no limit of its own; 0 for no limit
 * @param tokensPerMinute of a key that has no limit of its own; 0 for no limit
 */
@Validated
@ConfigurationProperties("llm-twin.keys")
public record KeySettings(
        @DefaultValue("") String keys,
        @DefaultValue("0") @Min(0) @Max(1_000_000) int requestsPerMinute,
        @DefaultValue("0") @Min(0) @Max(1_000_000_000) int tokensPerMinute) {

    Limits limits() {
        return new Limits(requestsPerMinute, tokensPerMinute);
    }

    /** Never shows a key. */
    @Override
    public String toString() {
        return "KeySettings[requestsPerMinute=" + requestsPerMinute + ", tokensPerMinute=" + tokensPerMinute + "]";
    }
}
