package io.llmtwin.ops;

import io.llmtwin.llm.LlmServer;
import io.llmtwin.llm.ModelCatalogue;
import io.llmtwin.llm.ModelCatalogue.Listing;
import io.llmtwin.llm.Replica;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether the language model's replicas list their models, whether they may be asked, and their last error, as health; how
 * busy they are, as metrics. One that takes requests is enough.
 */
@Component("languageModelHealthIndicator")
final class LanguageModelHealth implements HealthIndicator, MeterBinder {
    private final LlmServer server;
    private final ModelCatalogue catalogue;
    private final CallLog calls;

    LanguageModelHealth(LlmServer server, ModelCatalogue catalogue, CallLog calls) {
        this.server = server;
        this.catalogue = catalogue;
        this.calls = calls;
    }

    @Override
    public Health health() {
        Map<String, Map<String, Object>> replicas = new LinkedHashMap<>();
        boolean anyUp = false;
        for (Map.Entry<Replica, Listing> look : catalogue.look().entrySet()) {
            Replica replica = look.getKey();
            Listing listing = look.getValue();
            anyUp |= listing.fault().isEmpty() && replica.mayBeAsked();
            Map<String, Object> state = new LinkedHashMap<>();
            state.put("status", listing.fault().isEmpty() ? "UP" : listing.fault());
            state.put("in_flight", replica.inFlight());
            state.put("lists_model", listing.listsModel());
            replica.maxModelLen().ifPresent(tokens -> state.put("max_model_len", tokens));
            state.putAll(calls.of(replica.breaker()).details());
            replicas.put(replica.url(), state);
        }
        Health.Builder health = anyUp ? Upstream.up() : Upstream.degraded("no replica takes requests");
        return health.withDetail("model", server.model())
                .withDetail("replicas", replicas)
                .build();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Replica replica : server.members()) {
            Gauge.builder("llm.twin.replica.active", replica, Replica::inFlight)
                    .description("Requests that a replica of the language model is answering")
                    .tag("replica", replica.url())
                    .register(registry);
        }
    }
}
