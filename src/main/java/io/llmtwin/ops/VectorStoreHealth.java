package io.llmtwin.ops;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.llmtwin.retrieval.CollectionCatalog;
import io.llmtwin.retrieval.CollectionState;
import io.llmtwin.retrieval.CollectionState.Refused;
import io.llmtwin.retrieval.DocumentType;
import io.llmtwin.retrieval.QdrantAddress;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether Qdrant, embedded or not, answers; whether searches get to it; and what collections it has for them. */
@Component("vectorStoreHealthIndicator")
final class VectorStoreHealth implements HealthIndicator {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final QdrantClient client;
    private final QdrantAddress address;
    private final CircuitBreaker breaker;
    private final CollectionCatalog collections;
    private final CallLog calls;

    VectorStoreHealth(
            QdrantClient client,
            QdrantAddress address,
            @Qualifier("storeBreaker") CircuitBreaker breaker,
            CollectionCatalog collections,
            CallLog calls) {
        this.client = client;
        this.address = address;
        this.breaker = breaker;
        this.collections = collections;
        this.calls = calls;
    }

    @Override
    public Health health() {
        Health.Builder health;
        try {
            HealthCheckReply reply = client.healthCheckAsync(PATIENCE).get();
            health = ofSearches().withDetail("version", reply.getVersion());
        } catch (ExecutionException e) {
            health = Upstream.degraded(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            health = Upstream.degraded("interrupted");
        }
        return health.withDetail("address", address.toString())
                .withDetail("embedded", address.embedded())
                .withDetails(calls.of(breaker).details())
                .build();
    }

    private Health.Builder ofSearches() {
        if (breaker.getState() != State.CLOSED) {
            return Upstream.degraded("searches leave it out until a probe is answered");
        }
        Map<DocumentType, CollectionState> states;
        try {
            states = collections.look().get();
        } catch (RuntimeException e) {
            return Upstream.degraded("its collections can't be judged: " + LastCalls.reason(e));
        }
        Map<String, String> shown = new LinkedHashMap<>();
        states.forEach((type, state) -> shown.put(type.collection(), state.toString()));
        Health.Builder health = states.values().stream()
                .filter(Refused.class::isInstance)
                .map(Refused.class::cast)
                .findFirst()
                .map(refused -> Upstream.degraded(refused.reason()))
                .orElseGet(Upstream::up);
        return health.withDetail("collections", shown);
    }
}
