package io.llmtwin.api;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
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
 * @param corsAllowedOrigins of other sites whose pages may call the API; empty for none
 * @param heartbeat the longest silence in a stream that waits for the model
 */
@Validated
@ConfigurationProperties("llm-twin.api")
public record ApiSettings(
        @DefaultValue("256") @Min(1) @Max(100_000) int maxConcurrentRequests,
        @DefaultValue("1MB") @NotNull DataSize maxBodySize,

        @DefaultValue List<String> corsAllowedOrigins,

        @DefaultValue("5s") @NotNull @DurationMin(millis = 100) @DurationMax(hours = 1)
        Duration heartbeat) {
    private static final long MOST_MEGABYTES = 1024;
    private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.\\-\\[\\]:]+");

    public ApiSettings {
        if (maxBodySize.toBytes() < 1 || maxBodySize.toMegabytes() > MOST_MEGABYTES) {
            throw new IllegalArgumentException(
                    "MAX_BODY_SIZE must be from 1B to " + MOST_MEGABYTES + "MB, but is " + maxBodySize);
        }
        corsAllowedOrigins = List.copyOf(corsAllowedOrigins);
        for (String origin : corsAllowedOrigins) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw new IllegalArgumentException(
                        "CORS_ALLOWED_ORIGINS must be origins such as https://example.com, but one is " + origin);
            }
        }
    }
}
