package io.llmtwin.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** Rehearsals that belong together: what is left of them, and what came of the others. Thread-safe. */
final class Series<T, R> {
    private final Lifetime lifetime;
    private final List<T> items;
    private final Rehearsals.Task<T, R> task;
    private final @Nullable SeriesListener<R> listener;
    private final Client client;
    private final Map<Integer, R> results = new TreeMap<>();
    private int next;

    /**
     * A series that begins.
     *
     * @param lifetime of the whole
     * @param client who waits for the whole
     */
    Series(
            Lifetime lifetime,
            Client client,
            List<T> items,
            Rehearsals.Task<T, R> task,
            @Nullable SeriesListener<R> listener) {
        this.lifetime = lifetime;
        this.client = new WholeSeries(client);
        this.items = List.copyOf(items);
        this.task = task;
        this.listener = listener;
        if (listener != null) {
            listener.progress(0, items.size());
        }
    }

    /** Whether something is left to do. */
    synchronized boolean goesOn() {
        return next < items.size() && lifetime.end() == null;
    }

    /** Does the next of what is left, if anything is. A failure ends the series. */
    void runNext() {
        int index = take();
        if (index >= items.size()) {
            return;
        }
        try {
            keep(index, task.run(items.get(index), client));
        } catch (RequestEndedException e) {
            lifetime.end(e.end());
            throw e;
        } catch (RuntimeException e) {
            giveUp();
            throw e;
        }
    }

    /** Leaves what is left undone. */
    synchronized void giveUp() {
        next = items.size();
    }

    /** What came of the items, in their order. */
    synchronized List<R> results() {
        return new ArrayList<>(results.values());
    }

    private synchronized int take() {
        return next < items.size() ? next++ : next;
    }

    private synchronized void keep(int index, R result) {
        results.put(index, result);
        if (listener != null) {
            listener.result(result);
            listener.progress(results.size(), items.size());
        }
    }

    /** Who waits for a rehearsal of the series: all of it. */
    private final class WholeSeries implements Client {
        private final Client asking;

        WholeSeries(Client asking) {
            this.asking = asking;
        }

        @Override
        public boolean hasGone() {
            return lifetime.end() != null;
        }

        @Override
        public void stillWaits() {}

        @Override
        public void rehearsed(Exchange exchange) {
            asking.rehearsed(exchange);
        }
    }
}
