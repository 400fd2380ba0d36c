package io.llmtwin.ops;

import io.llmtwin.retrieval.QdrantAddress;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether Qdrant, embedded or not, answers. */
@Component("vectorStoreHealthIndicator")
final class VectorStoreHealth implements HealthIndicator {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final QdrantClient client;
    private final QdrantAddress address;

    VectorStoreHealth(QdrantClient client, QdrantAddress address) {
        this.client = client;
        this.address = address;
    }

    @Override
    public Health health() {
        Health.Builder health;
        try {
            HealthCheckReply reply = client.healthCheckAsync(PATIENCE).get();
            health = Upstream.up().withDetail("version", reply.getVersion());
        } catch (ExecutionException e) {
            health = Upstream.degraded(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            health = Upstream.degraded("interrupted");
        }
        return health.withDetail("address", address.toString())
                .withDetail("embedded", address.embedded())
                .build();
    }
}
