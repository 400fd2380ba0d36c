package io.llmtwin.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What the door lets in.
 *
 * @param maxConcurrentRequests beyond it requests get 503 at once
 * @param maxBodySize of a request; a larger one gets 413
 * @param keys {@code name:key} pairs separated by commas; empty for an open API
 * @param heartbeat the longest silence in a stream that waits for the model
 */
@Validated
@ConfigurationProperties("llm-twin.api")
public record ApiSettings(
        @DefaultValue("256") @Min(1) @Max(100_000) int maxConcurrentRequests,
        @DefaultValue("1MB") @NotNull DataSize maxBodySize,
        @DefaultValue("") String keys,

        @DefaultValue("5s") @NotNull @DurationMin(millis = 100) @DurationMax(hours = 1)
        Duration heartbeat) {
    private static final long MOST_MEGABYTES = 1024;

    public ApiSettings {
        if (maxBodySize.toBytes() < 1 || maxBodySize.toMegabytes() > MOST_MEGABYTES) {
            throw new IllegalArgumentException(
                    "MAX_BODY_SIZE must be from 1B to " + MOST_MEGABYTES + "MB, but is " + maxBodySize);
        }
    }

    /** Never shows a key. */
    @Override
    public String toString() {
        return "ApiSettings[maxConcurrentRequests=" + maxConcurrentRequests + ", maxBodySize=" + maxBodySize
                + ", heartbeat=" + heartbeat + "]";
    }
}
