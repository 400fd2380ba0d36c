package io.llmtwin.ingest;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The chunks that were let in and are not stored yet, a bounded number of them, and how long they will take at the rate
 * of late. Thread-safe.
 */
final class Backlog {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);
    /** A chunk of 300 tokens takes about this long on two cores; good enough until the first are measured. */
    private static final double FIRST_GUESS_NANOS = 20e6;

    private static final double WEIGHT_OF_THE_LATEST = 0.3;

    private final int limit;
    private final LongSupplier nanoClock;
    private int pending;
    private double nanosPerChunk = FIRST_GUESS_NANOS;
    private long lastEvent;

    Backlog(int limit, LongSupplier nanoClock) {
        this.limit = limit;
        this.nanoClock = nanoClock;
    }

    /**
     * Lets in so many chunks, or none of them if there would be more than the limit. What alone is more than the limit
     * is let in when nothing else is there, for it could never be otherwise.
     */
    synchronized boolean enter(int chunks) {
        if (pending > 0 && (long) pending + chunks > limit) {
            return false;
        }
        if (pending == 0) {
            lastEvent = nanoClock.getAsLong();
        }
        pending += chunks;
        return true;
    }

    /** So many chunks are stored; they still count until they {@link #leave}. */
    synchronized void stored(int chunks) {
        long now = nanoClock.getAsLong();
        double latest = (double) (now - lastEvent) / Math.max(1, chunks);
        nanosPerChunk += WEIGHT_OF_THE_LATEST * (latest - nanosPerChunk);
        lastEvent = now;
    }

    /** So many chunks are stored, or given up. */
    synchronized void leave(int chunks) {
        pending -= chunks;
    }

    synchronized int pending() {
        return pending;
    }

    /** When it is worth trying again, from 1 to 60 seconds. */
    synchronized Duration emptyIn() {
        Duration estimate = Duration.ofNanos((long) (pending * nanosPerChunk));
        return estimate.compareTo(SHORTEST) < 0 ? SHORTEST : estimate.compareTo(LONGEST) > 0 ? LONGEST : estimate;
    }
}
