package io.llmtwin.ops;

import io.llmtwin.monitoring.Journal;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether every record was kept since the start, and until whoever reads the journal had it, as health and as metrics.
 * Damage that a crash or a disk did is shown, and is no reason to be degraded: it is done.
 */
@Component("journalHealthIndicator")
final class JournalHealth implements HealthIndicator, MeterBinder {
    private final Journal journal;
    private final Clock clock = Clock.systemUTC();

    JournalHealth(Journal journal) {
        this.journal = journal;
    }

    @Override
    public Health health() {
        Journal.State state = journal.state();
        Health.Builder health = Upstream.up();
        if (state.dropped() > 0) {
            health = Upstream.degraded(state.lastError());
        } else if (state.lost() > 0) {
            health = Upstream.degraded(state.lost() + " entries were let go before they were delivered");
        }
        health.withDetail("records", state.entries())
                .withDetail("bytes", state.bytes())
                .withDetail("dropped", state.dropped())
                .withDetail("damaged", state.damaged())
                .withDetail("lost", state.lost());
        if (state.oldest() != null) {
            health.withDetail("oldest", state.oldest());
        }
        Map<String, Long> behind = journal.behind();
        return behind.isEmpty()
                ? health.build()
                : health.withDetail("undelivered", behind).build();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "entries", null, "Entries of the journal", Journal.State::entries);
        gauge(registry, "size", "bytes", "Bytes of the journal on disk", Journal.State::bytes);
        gauge(
                registry,
                "oldest.age",
                "seconds",
                "Age of the oldest entry of the journal",
                state -> age(state.oldest()));
        counter(registry, "appended", "Entries taken down since the start", Journal.State::appended);
        counter(registry, "dropped", "Entries that could not be kept since the start", Journal.State::dropped);
        counter(registry, "damaged", "Entries found damaged since the start", Journal.State::damaged);
        counter(registry, "lost", "Entries let go before a reader had them, since the start", Journal.State::lost);
    }

    private double age(@Nullable Instant oldest) {
        return oldest == null ? 0 : Duration.between(oldest, clock.instant()).toMillis() / 1000.0;
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            @Nullable String unit,
            String description,
            ToDoubleFunction<Journal.State> value) {
        Gauge.builder("llm.twin.journal." + name, journal, it -> value.applyAsDouble(it.state()))
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }

    private void counter(
            MeterRegistry registry, String name, String description, ToDoubleFunction<Journal.State> value) {
        FunctionCounter.builder("llm.twin.journal." + name, journal, it -> value.applyAsDouble(it.state()))
                .description(description)
                .register(registry);
    }
}
