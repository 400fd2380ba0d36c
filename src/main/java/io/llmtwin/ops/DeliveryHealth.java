package io.llmtwin.ops;

import io.llmtwin.monitoring.delivery.Delivery;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether records reach the monitoring services, as health and as metrics. */
@Component("deliveryHealthIndicator")
final class DeliveryHealth implements HealthIndicator, MeterBinder {
    private final List<Delivery> deliveries;

    DeliveryHealth(ObjectProvider<Delivery> deliveries) {
        this.deliveries = deliveries.orderedStream().toList();
    }

    @Override
    public Health health() {
        Health.Builder health = Upstream.up();
        for (Delivery delivery : deliveries) {
            Delivery.State state = delivery.state();
            if (state.problem() != null || state.deadLetters() > 0 || state.lost() > 0) {
                health.status(Upstream.DEGRADED);
            }
            health.withDetail(delivery.target(), details(state));
        }
        return health.build();
    }

    private static Map<String, Object> details(Delivery.State state) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("state", standing(state));
        details.put("delivered", state.delivered());
        details.put("behind", state.behind());
        details.put("lag_seconds", state.lag().toSeconds());
        details.put("dead_letters", state.deadLetters());
        details.put("lost", state.lost());
        if (state.problem() != null) {
            details.put("error", state.problem().reason());
            details.put("error_time", state.problem().time().toString());
        }
        if (state.nextTry() != null) {
            details.put("next_try", state.nextTry().toString());
        }
        return details;
    }

    private static String standing(Delivery.State state) {
        if (state.problem() == null) {
            return "delivering";
        }
        return isDenied(state) ? "denied" : "failing";
    }

    private static boolean isDenied(Delivery.State state) {
        return state.problem() != null && state.problem().denied();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Delivery delivery : deliveries) {
            count(registry, delivery, "entries", "Journal entries that were delivered", Delivery.State::delivered);
            count(registry, delivery, "left.out", "Entries that are not for it", Delivery.State::leftOut);
            count(registry, delivery, "retries", "Shipments that have to be sent again", Delivery.State::retries);
            count(registry, delivery, "refused", "Entries that were refused for good", Delivery.State::refused);
            count(registry, delivery, "lost", "Entries that the journal let go undelivered", Delivery.State::lost);
            show(registry, delivery, "dead.letters", "Refused entries that are set aside", Delivery.State::deadLetters);
            show(registry, delivery, "behind", "Entries that are to be delivered", Delivery.State::behind);
            show(registry, delivery, "denied", "1 where it answers 401 or 403", state -> isDenied(state) ? 1 : 0);
            Gauge.builder(
                            "llm.twin.delivery.lag",
                            delivery,
                            it -> it.state().lag().toMillis() / 1e3)
                    .description("Age of the oldest entry that is to be delivered")
                    .baseUnit("seconds")
                    .tag("target", delivery.target())
                    .register(registry);
        }
    }

    private static void count(
            MeterRegistry registry,
            Delivery delivery,
            String what,
            String description,
            ToDoubleFunction<Delivery.State> of) {
        FunctionCounter.builder("llm.twin.delivery." + what, delivery, it -> of.applyAsDouble(it.state()))
                .description(description)
                .tag("target", delivery.target())
                .register(registry);
    }

    private static void show(
            MeterRegistry registry,
            Delivery delivery,
            String what,
            String description,
            ToDoubleFunction<Delivery.State> of) {
        Gauge.builder("llm.twin.delivery." + what, delivery, it -> of.applyAsDouble(it.state()))
                .description(description)
                .tag("target", delivery.target())
                .register(registry);
    }
}
