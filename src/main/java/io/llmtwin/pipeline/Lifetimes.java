package io.llmtwin.pipeline;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lifetimes of the requests that run now, by trace id. One thread looks at all of them, five times a second. */
public final class Lifetimes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lifetimes.class);
    private static final long TICK_MS = 200;

    private final Duration deadline;
    private final Map<String, Lifetime> running = new ConcurrentHashMap<>();
    private final ScheduledExecutorService ticker =
            Executors.newSingleThreadScheduledExecutor(new ThreadFactoryBuilder()
                    .setNameFormat("request-lifetimes")
                    .setDaemon(true)
                    .build());

    /** Lifetimes of {@code deadline} each. */
    public Lifetimes(Duration deadline) {
        this.deadline = deadline;
        ScheduledFuture<?> unused = ticker.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /** Begins the lifetime of {@code exchange}'s request. Who waits for it stands in the variable {@code client}. */
    Lifetime begin(Exchange exchange) {
        return begin(id(exchange), exchange.getVariable(RequestScope.CLIENT, Client.PATIENT, Client.class), deadline);
    }

    /** Begins the lifetime of a request of {@code time} that {@code client} waits for. */
    Lifetime begin(String id, Client client, Duration time) {
        Lifetime lifetime = new Lifetime(time, client);
        running.put(id, lifetime);
        return lifetime;
    }

    /** Ends what {@link #begin(Exchange)} began. */
    void done(Exchange exchange, Lifetime lifetime) {
        done(id(exchange), lifetime);
    }

    /** Ends what {@link #begin(String, Client, Duration)} began. */
    void done(String id, Lifetime lifetime) {
        running.remove(id, lifetime);
        lifetime.close();
    }

    /** The lifetime of the request with that trace id, or null where none runs. */
    public @Nullable Lifetime find(String traceId) {
        return running.get(traceId);
    }

    /** How many requests run. */
    public int count() {
        return running.size();
    }

    /** Ends every request that runs. */
    void endAll(Lifetime.End reason) {
        running.values().forEach(lifetime -> lifetime.end(reason));
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }

    private void tick() {
        for (Lifetime lifetime : running.values()) {
            try {
                lifetime.tick();
            } catch (RuntimeException e) {
                LOG.error("a running request could not be looked at", e);
            }
        }
    }

    private static String id(Exchange exchange) {
        return exchange.getVariable("traceId", exchange.getExchangeId(), String.class);
    }
}
