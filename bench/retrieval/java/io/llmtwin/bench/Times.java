package io.llmtwin.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

/** How long calls took. */
final class Times {
    private final List<Double> millis = new ArrayList<>();

    <T> T time(Callable<T> call) throws Exception {
        long begun = System.nanoTime();
        T result = call.call();
        millis.add((System.nanoTime() - begun) / 1e6);
        return result;
    }

    /** Milliseconds that {@code part} of the calls, from 0 to 1, took at most. */
    double quantile(double part) {
        List<Double> sorted = new ArrayList<>(millis);
        Collections.sort(sorted);
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(part * (sorted.size() - 1))));
    }
}
