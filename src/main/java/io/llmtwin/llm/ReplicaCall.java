package io.llmtwin.llm;

import io.llmtwin.pipeline.Lifetime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A request's place at a replica, from its choice to the end of the answer. Tells the replica's breaker once what came
 * of it: an answer that has begun counts as a success, however it ends, unless it is cut. Used by one thread, but for
 * the look at its time.
 */
final class ReplicaCall implements AutoCloseable {
    private final Replica replica;
    private final long begun = System.nanoTime();
    /** Until the answer begins or is given up on, whichever comes first. */
    private final AtomicBoolean waiting = new AtomicBoolean(true);

    private Lifetime.@Nullable Registration watch;
    private boolean told;
    private boolean left;

    ReplicaCall(Replica replica) {
        this.replica = replica;
    }

    Replica replica() {
        return replica;
    }

    /** Breaks the call off, so that another replica can be asked, if the answer hasn't begun after {@code time}. */
    void giveUpAfter(Duration time, Lifetime lifetime) {
        watch = lifetime.onTick(() -> {
            if (System.nanoTime() - begun > time.toNanos() && waiting.compareAndSet(true, false)) {
                lifetime.breakCalls();
            }
        });
    }

    /**
     * The answer has begun.
     *
     * @throws ReplicaFailedException if it was given up on just before
     */
    void answers() throws ReplicaFailedException {
        if (!told) {
            if (!waiting.compareAndSet(true, false)) {
                throw ReplicaFailedException.broken("the answer began too late");
            }
            told = true;
            replica.breaker().onSuccess(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
        }
    }

    /** The replica failed, whether before or after its answer began. */
    void failed(Throwable failure) {
        told = true;
        replica.breaker().onError(System.nanoTime() - begun, TimeUnit.NANOSECONDS, failure);
    }

    /** The request's time is up. A replica that hadn't begun to answer by then counts as failed. */
    void timedOut() {
        if (!told) {
            failed(new TimeoutException("no answer by the deadline"));
        }
    }

    /** Gives the place back. A call of which nothing was told says nothing about the replica. */
    @Override
    public void close() {
        if (!left) {
            left = true;
            replica.leave();
            if (watch != null) {
                watch.close();
            }
            if (!told) {
                replica.breaker().releasePermission();
            }
        }
    }
}
