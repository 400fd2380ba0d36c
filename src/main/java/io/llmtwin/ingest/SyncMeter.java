package io.llmtwin.ingest;

import io.llmtwin.ingest.SyncProgress.State;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts what a pass over the corpus does, and foretells when it ends. Thread-safe. */
final class SyncMeter implements CorpusListener {
    private static final long WINDOW_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long SAMPLE_NANOS = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanoClock;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private final List<Skipped> skipped = new ArrayList<>();
    private State state = State.WAITING;
    private @Nullable String failure;
    private CorpusListing listing = new CorpusListing(0, 0, "");
    private int opened;
    private long bytes;
    private int documents;
    private long chunks;
    private int unchanged;
    private int removed;
    private int skippedCount;
    private boolean unread;
    private long begun;
    private long ended;

    SyncMeter(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** A new pass begins. */
    synchronized void begin(CorpusListing corpus) {
        listing = corpus;
        state = State.RUNNING;
        samples.clear();
        skipped.clear();
        opened = 0;
        bytes = 0;
        documents = 0;
        chunks = 0;
        unchanged = 0;
        removed = 0;
        skippedCount = 0;
        unread = false;
        begun = nanoClock.getAsLong();
        samples.add(new Sample(begun, 0, 0));
    }

    synchronized void done() {
        state = State.DONE;
        failure = null;
        ended = nanoClock.getAsLong();
    }

    synchronized void failed(String reason) {
        if (state != State.RUNNING) {
            begun = nanoClock.getAsLong();
        }
        state = State.FAILED;
        failure = reason;
        ended = nanoClock.getAsLong();
    }

    @Override
    public synchronized void opened() {
        opened++;
    }

    @Override
    public synchronized void read(long count) {
        bytes += count;
    }

    @Override
    public synchronized void skipped(Skipped what) {
        skippedCount++;
        unread |= what.unread();
        if (skipped.size() < SyncProgress.MOST_SKIPPED) {
            skipped.add(what);
        }
    }

    synchronized void document() {
        documents++;
    }

    synchronized void unchanged() {
        unchanged++;
    }

    synchronized void removed() {
        removed++;
    }

    synchronized void embedded(int count) {
        chunks += count;
        long now = nanoClock.getAsLong();
        Sample last = samples.getLast();
        if (now - last.nanos >= SAMPLE_NANOS) {
            samples.addLast(new Sample(now, chunks, bytes));
        }
        while (samples.size() > 2 && now - samples.getFirst().nanos > WINDOW_NANOS) {
            samples.removeFirst();
        }
    }

    /** Whether something couldn't be read, so that what it holds is unknown. */
    synchronized boolean unread() {
        return unread;
    }

    synchronized SyncProgress progress() {
        boolean running = state == State.RUNNING;
        long now = running ? nanoClock.getAsLong() : ended;
        Sample from = samples.isEmpty() || !running ? new Sample(begun, 0, 0) : samples.getFirst();
        double seconds = Math.max(1e-9, (now - from.nanos) / 1e9);
        double bytesPerSecond = (bytes - from.bytes) / seconds;
        Duration remaining = running && bytesPerSecond > 0
                ? Duration.ofSeconds(Math.round(Math.max(0, listing.bytes() - bytes) / bytesPerSecond))
                : null;
        int unopened = state == State.DONE ? 0 : Math.max(0, listing.files() - opened);
        return new SyncProgress(
                state,
                documents,
                documents + unopened,
                chunks,
                unchanged,
                removed,
                List.copyOf(skipped),
                skippedCount,
                (chunks - from.chunks) / seconds,
                Duration.ofNanos(now - begun),
                remaining,
                failure);
    }

    private record Sample(long nanos, long chunks, long bytes) {}
}
