package io.llmtwin.llm;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One of the processes that serve the model: how busy it is, whether it may be asked (a circuit breaker of its own), and
 * how many tokens it reads. Thread-safe.
 */
public final class Replica {
    private static final int UNKNOWN = 0;

    private final String url;
    private final CircuitBreaker breaker;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile long restsUntil = System.nanoTime();
    private volatile int maxModelLen = UNKNOWN;
    private volatile @Nullable String adapter;

    Replica(String url, CircuitBreaker breaker) {
        this.url = url;
        this.breaker = breaker;
    }

    /** Base URL, without a trailing slash. */
    public String url() {
        return url;
    }

    /** Requests that it is answering now. */
    public int inFlight() {
        return inFlight.get();
    }

    /**
     * {@code CLOSED} where it may be asked, {@code OPEN} where it rests, {@code HALF_OPEN} where one request tries, {@code
     * FORCED_OPEN} where its host's name is unknown.
     */
    public State state() {
        return breaker.getState();
    }

    /** Whether a request, or one request at least, would be let through. */
    public boolean mayBeAsked() {
        return state() == State.CLOSED || state() == State.HALF_OPEN;
    }

    /** The most tokens that prompt and answer may have together; empty where the replica hasn't said. */
    public OptionalInt maxModelLen() {
        int known = maxModelLen;
        return known == UNKNOWN ? OptionalInt.empty() : OptionalInt.of(known);
    }

    void maxModelLen(int tokens) {
        maxModelLen = tokens;
    }

    /** The adapter that the model is, by the folder or name that it was loaded from; null where it is none. */
    public @Nullable String adapter() {
        return adapter;
    }

    void adapter(@Nullable String root) {
        adapter = root;
    }

    /** Takes a place at the replica, if it may be asked. Whoever got one gives it back by {@link #leave()}. */
    boolean enter() {
        if (!breaker.tryAcquirePermission()) {
            return false;
        }
        inFlight.incrementAndGet();
        return true;
    }

    void leave() {
        inFlight.decrementAndGet();
    }

    /** Sends no request for {@code time}. */
    void rest(Duration time) {
        restsUntil = System.nanoTime() + time.toNanos();
        breaker.transitionToOpenStateFor(time);
    }

    /** Sends no request until {@link #isKnown()}. */
    void isUnknown() {
        breaker.transitionToForcedOpenState();
    }

    /** May be asked again, after {@link #isUnknown()}. */
    void isKnown() {
        breaker.transitionToClosedState();
    }

    /** How much longer it asked to be left alone; zero where it didn't, or no longer does. */
    Duration restsFor() {
        return breaker.getState() == State.OPEN
                ? Duration.ofNanos(Math.max(0, restsUntil - System.nanoTime()))
                : Duration.ZERO;
    }

    /** Hears of every call what came of it, and says whether the next one may be made. */
    public CircuitBreaker breaker() {
        return breaker;
    }
}
