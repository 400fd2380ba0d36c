package io.llmtwin.ops;

import io.llmtwin.monitoring.Journal;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether every prompt record could be kept since the start, as health and as metrics. */
@Component("journalHealthIndicator")
final class JournalHealth implements HealthIndicator, MeterBinder {
    private final Journal journal;

    JournalHealth(Journal journal) {
        this.journal = journal;
    }

    @Override
    public Health health() {
        Journal.State state = journal.state();
        Health.Builder health = state.dropped() == 0 ? Upstream.up() : Upstream.degraded(state.lastError());
        return health.withDetail("records", state.entries())
                .withDetail("bytes", state.bytes())
                .withDetail("dropped", state.dropped())
                .build();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("llm.twin.journal.size", journal, it -> it.state().bytes())
                .description("Bytes of prompt records on disk")
                .baseUnit("bytes")
                .register(registry);
        FunctionCounter.builder(
                        "llm.twin.journal.appended", journal, it -> it.state().appended())
                .description("Prompt records taken down since the start")
                .register(registry);
        FunctionCounter.builder(
                        "llm.twin.journal.dropped", journal, it -> it.state().dropped())
                .description("Prompt records that could not be kept since the start")
                .register(registry);
    }
}
