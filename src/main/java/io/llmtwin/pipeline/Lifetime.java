package io.llmtwin.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How long a request may still run: until its deadline, or until nobody waits for it any more. Whoever waits for an
 * upstream gives it the means to break the call off. Thread-safe.
 */
public final class Lifetime implements AutoCloseable {
    /** Why a request has to end before it is answered. */
    public enum End {
        /** Its time, REQUEST_DEADLINE, is up. */
        DEADLINE,
        /** Its client has hung up. */
        CLIENT_GONE,
        /** The service stops, and has waited as long as it may. */
        SHUTDOWN
    }

    private final long deadline;
    private final Client client;
    private final List<Runnable> calls = new ArrayList<>();
    private final List<Runnable> checks = new ArrayList<>();
    private @Nullable End end;
    private boolean closed;

    /**
     * A lifetime that begins now.
     *
     * @param client asked several times a second, never after {@link #close()}
     */
    Lifetime(Duration time, Client client) {
        this.deadline = System.nanoTime() + time.toNanos();
        this.client = client;
    }

    /** Time until the deadline, zero once it has passed. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /** Why the request has to end; null while it may go on. */
    public synchronized @Nullable End end() {
        if (end == null && !closed && left().isZero()) {
            end(End.DEADLINE);
        }
        return end;
    }

    /**
     * Returns while the request may go on.
     *
     * @throws RequestEndedException once it has to end
     */
    public void check() {
        End reason = end();
        if (reason != null) {
            throw new RequestEndedException(reason);
        }
    }

    /** Ends the request, and breaks off what it waits for. Only the first reason counts. */
    public synchronized void end(End reason) {
        if (end == null && !closed) {
            end = reason;
            breakCalls();
        }
    }

    /**
     * Notes that an upstream is being called. {@code abort} breaks the call off and must not block; it runs at once if
     * the request has already ended.
     *
     * @return forgets the call: after its {@code close()} it is not broken off any more
     */
    public synchronized Registration call(Runnable abort) {
        calls.add(abort);
        if (end != null) {
            abort.run();
        }
        return () -> forget(calls, abort);
    }

    /** Breaks off the calls that are under way, without ending the request. */
    public synchronized void breakCalls() {
        calls.forEach(Runnable::run);
    }

    /** Has {@code check}, which must not block, run several times a second until it is forgotten or the request is done. */
    public synchronized Registration onTick(Runnable check) {
        checks.add(check);
        return () -> forget(checks, check);
    }

    /** Looks whether the time is up or the client gone, and runs what {@link #onTick} was given. */
    synchronized void tick() {
        if (closed) {
            return;
        }
        if (end() == null) {
            if (client.hasGone()) {
                end(End.CLIENT_GONE);
            } else {
                client.stillWaits();
            }
        }
        List.copyOf(checks).forEach(Runnable::run);
    }

    /** The request is answered: nothing is looked at or broken off from now on. */
    @Override
    public synchronized void close() {
        closed = true;
        calls.clear();
        checks.clear();
    }

    private synchronized void forget(List<Runnable> from, Runnable one) {
        from.removeIf(other -> other == one);
    }

    /** Something registered until it is closed. */
    @FunctionalInterface
    public interface Registration {
        /** Forgets it. */
        void close();
    }
}
