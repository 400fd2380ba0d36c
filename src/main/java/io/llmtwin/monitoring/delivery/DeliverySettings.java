package io.llmtwin.monitoring.delivery;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How records go to monitoring services.
 *
 * @param batchSize the most records that go out at a time
 * @param interval between looks into the journal
 * @param timeout for the answer to one call
 * @param firstPause about how long after a first failure the next try comes; it doubles with each further one
 * @param longestPause between two tries, unless the service itself asks for more
 */
@Validated
@ConfigurationProperties("llm-twin.delivery")
public record DeliverySettings(
        @DefaultValue("100") @Min(1) @Max(1_000) int batchSize,

        @DefaultValue("1s") @NotNull @DurationMin(millis = 1) @DurationMax(hours = 1)
        Duration interval,

        @DefaultValue("60s") @NotNull @DurationMin(millis = 1) @DurationMax(hours = 1)
        Duration timeout,

        @DefaultValue("1s") @NotNull @DurationMin(millis = 1) @DurationMax(hours = 1)
        Duration firstPause,

        @DefaultValue("5m") @NotNull @DurationMin(millis = 1) @DurationMax(hours = 24)
        Duration longestPause) {

    public DeliverySettings {
        if (longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("DELIVERY_LONGEST_PAUSE must not be shorter than DELIVERY_FIRST_PAUSE");
        }
    }
}
