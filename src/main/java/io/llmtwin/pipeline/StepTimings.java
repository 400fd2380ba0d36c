package io.llmtwin.pipeline;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long each step of one request took, and how much of the whole was spent waiting for upstreams. Thread-safe: steps
 * may run side by side.
 */
public final class StepTimings {
    private final Instant start = Instant.now();
    private final long begun = System.nanoTime();
    private final List<Step> ended = new ArrayList<>();
    private final Map<String, Long> steps = new LinkedHashMap<>();
    private final List<Wait> waits = new ArrayList<>();

    /**
     * Notes that the step {@code name} ran between two readings of {@link System#nanoTime()}, and what it failed with, if
     * it did.
     */
    synchronized void step(String name, long from, long to, @Nullable Throwable failure) {
        steps.merge(name, to - from, Long::sum);
        ended.add(new Step(
                name,
                start.plusNanos(from - begun),
                rounded(to - from),
                failure == null ? null : failure.getClass().getSimpleName()));
    }

    /** When the request began. */
    public Instant start() {
        return start;
    }

    /** Milliseconds from the beginning of the request to {@code nanos}, a reading of {@link System#nanoTime()}. */
    public double millisecondsUntil(long nanos) {
        return rounded(nanos - begun);
    }

    /** Every step that has ended, in the order in which they did. */
    public synchronized List<Step> steps() {
        return List.copyOf(ended);
    }

    /** Notes that an upstream was waited for between two readings of {@link System#nanoTime()}. */
    public synchronized void upstream(long from, long to) {
        waits.add(new Wait(from, to));
    }

    /**
     * Milliseconds for each step that has ended, in the order in which they did; then {@code total} since the request
     * began, and {@code overhead}: the total less what upstreams took, time in which several were busy counted once.
     */
    public synchronized Map<String, Double> milliseconds() {
        Map<String, Double> result = new LinkedHashMap<>();
        steps.forEach((name, nanos) -> result.put(name, rounded(nanos)));
        long total = System.nanoTime() - begun;
        result.put("total", rounded(total));
        result.put("overhead", rounded(total - waited()));
        return result;
    }

    private long waited() {
        long sum = 0;
        long until = begun;
        waits.sort(Comparator.comparingLong(wait -> wait.from - begun));
        for (Wait wait : waits) {
            long from = Math.max(wait.from - begun, until - begun) + begun;
            if (wait.to - from > 0) {
                sum += wait.to - from;
                until = wait.to;
            }
        }
        return sum;
    }

    private static double rounded(long nanos) {
        return Math.round(nanos / 10_000.0) / 100.0;
    }

    private record Wait(long from, long to) {}
}
