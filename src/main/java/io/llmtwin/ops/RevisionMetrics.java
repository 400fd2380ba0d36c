package io.llmtwin.ops;

import io.llmtwin.pipeline.RevisionActivated;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Which revision serves, as the tag of a gauge that is always 1. One that no longer does is no longer there. */
@Component
final class RevisionMetrics {
    private final MultiGauge info;

    RevisionMetrics(MeterRegistry registry) {
        this.info = MultiGauge.builder("llm.twin.revision.info")
                .description("1 for the revision of the pipeline that serves")
                .register(registry);
    }

    @EventListener
    void show(RevisionActivated revision) {
        info.register(List.of(Row.of(Tags.of("revision", revision.id()), 1)), true);
    }
}
