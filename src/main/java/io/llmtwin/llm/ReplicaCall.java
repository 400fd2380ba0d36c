package io.llmtwin.llm;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A request's place at a replica, from its choice to the end of the answer. Tells the replica's breaker once what came
 * of it: an answer that has begun counts as a success, however it ends, unless it is cut. Used by one thread.
 */
final class ReplicaCall implements AutoCloseable {
    private final Replica replica;
    private final long begun = System.nanoTime();
    private boolean told;
    private boolean left;

    ReplicaCall(Replica replica) {
        this.replica = replica;
    }

    Replica replica() {
        return replica;
    }

    /** The answer has begun. */
    void answers() {
        if (!told) {
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
            if (!told) {
                replica.breaker().releasePermission();
            }
        }
    }
}
