package io.llmtwin.monitoring;

import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How much the journal keeps.
 *
 * @param maxSize on disk; the oldest records go first
 */
@Validated
@ConfigurationProperties("llm-twin.journal")
public record JournalSettings(@DefaultValue("1GB") @NotNull DataSize maxSize) {

    public JournalSettings {
        if (maxSize.toMegabytes() < 1) {
            throw new IllegalArgumentException("JOURNAL_MAX_SIZE must be at least 1MB, but was " + maxSize);
        }
    }
}
