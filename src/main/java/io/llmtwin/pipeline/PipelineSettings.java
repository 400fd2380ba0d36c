package io.llmtwin.pipeline;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the pipeline comes from and how long it may take.
 *
 * @param folder holds {@code routes/pipeline/} and {@code prompts/}; null for the checkout's own, else the one in the jar
 * @param deadline for a whole request
 * @param watchInterval how often the folder is looked at for changes; zero for never
 */
@Validated
@ConfigurationProperties("llm-twin.pipeline")
public record PipelineSettings(
        @Nullable Path folder,

        @DefaultValue("60s") @NotNull @DurationMin(seconds = 1) @DurationMax(hours = 1)
        Duration deadline,

        @DefaultValue("100ms") @NotNull @DurationMin @DurationMax(hours = 1)
        Duration watchInterval) {

    /** {@code time}, or one part in {@code parts} of a request's deadline where that is less. */
    public Duration share(Duration time, int parts) {
        Duration share = deadline.dividedBy(parts);
        return share.compareTo(time) < 0 ? share : time;
    }
}
