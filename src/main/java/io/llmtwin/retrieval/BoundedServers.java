package io.llmtwin.retrieval;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.springframework.web.util.UriComponentsBuilder;

/** The servers that a question can do without, and the threads that call them. Thread-safe. */
public final class BoundedServers implements AutoCloseable {
    private static final int LOOKED_AT = 10;
    private static final int FEWEST = 2;

    private final CircuitBreakerRegistry breakers;
    private final ExecutorService callers;
    private final List<BoundedServer> servers = new CopyOnWriteArrayList<>();

    /**
     * None yet.
     *
     * @param breakers gets one for each server, by its name
     * @param handing wraps the executor that calls run on, so that what belongs to the caller's thread goes along
     */
    public BoundedServers(CircuitBreakerRegistry breakers, UnaryOperator<ExecutorService> handing) {
        this.breakers = breakers;
        this.callers = handing.apply(Executors.newCachedThreadPool(new ThreadFactoryBuilder()
                .setNameFormat("bounded-call")
                .setDaemon(true)
                .build()));
    }

    /**
     * A server more.
     *
     * @param name what it does
     * @param timeout for one call
     * @param pause without calls, in milliseconds by how many pauses there were in a row, once half of the last {@value
     *     #LOOKED_AT} calls (and at least {@value #FEWEST}) failed; the call after it decides whether another follows
     */
    public BoundedServer add(String name, URI url, Duration timeout, IntervalFunction pause) {
        CircuitBreakerConfig config = CircuitBreakerConfig.custom()
                .slidingWindowSize(LOOKED_AT)
                .minimumNumberOfCalls(FEWEST)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitIntervalFunctionInOpenState(pause)
                .writableStackTraceEnabled(false)
                .ignoreException(BoundedServer::isItsCallers)
                .build();
        BoundedServer server =
                new BoundedServer(breakers.circuitBreaker(name, config), withoutCredentials(url), timeout, callers);
        servers.add(server);
        return server;
    }

    private static String withoutCredentials(URI url) {
        return UriComponentsBuilder.fromUri(url)
                .userInfo(null)
                .replaceQuery(null)
                .fragment(null)
                .toUriString();
    }

    /** All that were added, in that order. */
    public List<BoundedServer> all() {
        return List.copyOf(servers);
    }

    /** Gives up on the calls under way. */
    @Override
    public void close() {
        callers.shutdownNow();
    }
}
