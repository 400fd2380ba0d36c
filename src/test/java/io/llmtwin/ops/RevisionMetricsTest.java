package io.llmtwin.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmtwin.pipeline.RevisionActivated;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class RevisionMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void revision_thatServesNoMore_isNoLongerShown() {
        RevisionMetrics metrics = new RevisionMetrics(registry);
        metrics.show(new RevisionActivated("aaaa"));
        metrics.show(new RevisionActivated("bbbb"));
        assertThat(registry.get("llm.twin.revision.info").gauges())
                .singleElement()
                .satisfies(gauge -> {
                    assertThat(gauge.getId().getTag("revision")).isEqualTo("bbbb");
                    assertThat(gauge.value()).isEqualTo(1);
                });
    }
}
