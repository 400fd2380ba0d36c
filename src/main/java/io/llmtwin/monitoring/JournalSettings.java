package io.llmtwin.monitoring;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How much the journal keeps, and for how long.
 *
 * @param maxSize on disk; the oldest records go first
 * @param retention how old a record may get
 */
@Validated
@ConfigurationProperties("llm-twin.journal")
public record JournalSettings(
        @DefaultValue("1GB") @NotNull DataSize maxSize,
        @DefaultValue("30d") @NotNull Duration retention) {

    public JournalSettings {
        if (maxSize.toMegabytes() < 1) {
            throw new IllegalArgumentException("JOURNAL_MAX_SIZE must be at least 1MB, but was " + maxSize);
        }
        if (retention.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("JOURNAL_RETENTION must be at least 1s, but was " + retention);
        }
    }
}
