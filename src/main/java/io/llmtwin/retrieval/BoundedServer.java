package io.llmtwin.retrieval;

import com.google.common.base.Throwables;
import dev.langchain4j.exception.HttpException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A server that is given up on: each call after a time, and after several failures all calls for a while. The time is
 * kept whatever the other side does; that of an HTTP client often ends with the response's headers. Thread-safe.
 */
public final class BoundedServer {
    /** Answers of a server that is well to a request that isn't. */
    private static final Set<Integer> ITS_REQUEST = Set.of(400, 413, 422);

    private final CircuitBreaker breaker;
    private final String address;
    private final Duration timeout;
    private final ExecutorService callers;

    BoundedServer(CircuitBreaker breaker, String address, Duration timeout, ExecutorService callers) {
        this.breaker = breaker;
        this.address = address;
        this.timeout = timeout;
        this.callers = callers;
    }

    /**
     * What {@code call} returns, which another thread makes.
     *
     * @throws RuntimeException whatever the call throws, {@link CancellationException} past the timeout, or
     *     {@link io.github.resilience4j.circuitbreaker.CallNotPermittedException} while the server is not called
     */
    public <T> T call(Supplier<T> call) {
        return breaker.executeSupplier(() -> inTime(call));
    }

    private <T> T inTime(Supplier<T> work) {
        Future<T> call = callers.submit(work::get);
        try {
            return call.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CancellationException("no answer within " + timeout.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } finally {
            call.cancel(true);
        }
    }

    /** Whether {@code failure} says nothing of the server: the caller left, or the request was at fault. */
    static boolean isItsCallers(Throwable failure) {
        return Thread.currentThread().isInterrupted()
                || Throwables.getCausalChain(failure).stream()
                        .anyMatch(cause ->
                                cause instanceof HttpException refusal && ITS_REQUEST.contains(refusal.statusCode()));
    }

    /** What it does here, which is its breaker's name, too. */
    public String name() {
        return breaker.getName();
    }

    /** Where it is, without credentials. */
    public String address() {
        return address;
    }

    /** What decides whether it is called. */
    public CircuitBreaker breaker() {
        return breaker;
    }
}
