package io.llmtwin.llm;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Keeps requests away from replicas whose host names are unknown, as those of a StatefulSet are that isn't scaled up, and
 * looks the names up in the background until they are known. A lookup that fails can take seconds, and no request shall
 * wait for a second one. Thread-safe.
 */
@Component
public final class ReplicaHosts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaHosts.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final LlmServer server;
    private final DnsResolver names;
    private final Duration pause;
    private final Set<Replica> unknown = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService schedule =
            Executors.newSingleThreadScheduledExecutor(new ThreadFactoryBuilder()
                    .setNameFormat("replica-hosts")
                    .setDaemon(true)
                    .build());

    @Autowired
    ReplicaHosts(LlmServer llmServer) {
        this(llmServer, SystemDefaultDnsResolver.INSTANCE, PAUSE);
    }

    ReplicaHosts(LlmServer server, DnsResolver names, Duration pause) {
        this.server = server;
        this.names = names;
        this.pause = pause;
    }

    /** Looks up every name once, and from then on those that are unknown. */
    @EventListener(ApplicationReadyEvent.class)
    void start() {
        schedule.execute(() -> server.members().forEach(this::look));
        ScheduledFuture<?> unused = schedule.scheduleWithFixedDelay(
                () -> unknown.forEach(this::look), pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Notes that the name of {@code replica}'s host was not found. */
    void lost(Replica replica) {
        if (unknown.add(replica)) {
            replica.isUnknown();
            LOG.warn("the host of the language model at {} is unknown; it gets no requests until it is", replica.url());
        }
    }

    @Override
    public void close() {
        schedule.shutdownNow();
    }

    private void look(Replica replica) {
        try {
            names.resolve(URI.create(replica.url()).getHost());
            if (unknown.remove(replica)) {
                replica.isKnown();
                LOG.info("the host of the language model at {} is known now", replica.url());
            }
        } catch (UnknownHostException e) {
            lost(replica);
        }
    }
}
