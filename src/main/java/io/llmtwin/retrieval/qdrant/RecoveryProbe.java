package io.llmtwin.retrieval.qdrant;

import com.google.common.util.concurrent.MoreExecutors;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a Qdrant whose circuit breaker is open whether it is back, each time the breaker half-opens, so that no request
 * has to find out by waiting. The breaker has to half-open by itself, and lets one call through then. Thread-safe.
 */
public final class RecoveryProbe implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryProbe.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final CircuitBreaker breaker;
    private final QdrantGrpcClient channel;
    private final QdrantClient guarded;
    private final Runnable recovered;

    /**
     * Begins to watch {@code breaker}.
     *
     * @param channel the connection whose calls {@code breaker} guards
     * @param recovered run when the breaker closes
     */
    public RecoveryProbe(CircuitBreaker breaker, QdrantGrpcClient channel, Runnable recovered) {
        this.breaker = breaker;
        this.channel = channel;
        this.guarded = new QdrantClient(channel);
        this.recovered = recovered;
        breaker.getEventPublisher().onStateTransition(this::changed);
    }

    /** Probes no more; the breaker is out of order then. */
    @Override
    public void close() {
        breaker.transitionToForcedOpenState();
    }

    private void changed(CircuitBreakerOnStateTransitionEvent event) {
        State state = event.getStateTransition().getToState();
        if (state == State.HALF_OPEN) {
            // gRPC's own pause between attempts to connect grows to two minutes
            channel.channel().resetConnectBackoff();
            guarded.healthCheckAsync(PATIENCE)
                    .addListener(
                            () -> LOG.debug("the vector store was probed: {}", breaker.getState()),
                            MoreExecutors.directExecutor());
        } else if (state == State.CLOSED) {
            LOG.info("the vector store answers again");
            recovered.run();
        } else if (event.getStateTransition().getFromState() == State.CLOSED && state == State.OPEN) {
            LOG.warn("the vector store does not answer; requests go on without it until it does");
        }
    }
}
