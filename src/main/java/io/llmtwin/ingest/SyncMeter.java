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
    private long fileSize;
    private long fileBytes;
    private int fileDocuments;
    private long pending;
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
        fileSize = 0;
        fileBytes = 0;
        fileDocuments = 0;
        pending = 0;
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
    public synchronized void opened(long size) {
        opened++;
        fileSize = size;
        fileBytes = 0;
        fileDocuments = 0;
    }

    @Override
    public synchronized void read(long count) {
        bytes += count;
        fileBytes += count;
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
        fileDocuments++;
    }

    /** So many chunks are on their way to be embedded. */
    synchronized void prepared(int count) {
        pending += count;
    }

    synchronized void unchanged() {
        unchanged++;
    }

    synchronized void removed() {
        removed++;
    }

    synchronized void embedded(int count) {
        chunks += count;
        pending -= count;
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
        double rate = (chunks - from.chunks) / seconds;
        return new SyncProgress(
                state,
                documents,
                documents + (state == State.DONE ? 0 : documentsAhead()),
                chunks,
                unchanged,
                removed,
                List.copyOf(skipped),
                skippedCount,
                rate,
                Duration.ofNanos(now - begun),
                running ? remaining(rate, (bytes - from.bytes) / seconds) : null,
                failure);
    }

    /** One for each file not yet opened, and in the file that is open as many to a byte as so far. */
    private int documentsAhead() {
        int unopened = Math.max(0, listing.files() - opened);
        long bytesAhead = Math.max(0, fileSize - fileBytes);
        return unopened + (fileBytes == 0 ? 0 : (int) (bytesAhead * fileDocuments / fileBytes));
    }

    private @Nullable Duration remaining(double chunksPerSecond, double bytesPerSecond) {
        long bytesAhead = Math.max(0, listing.bytes() - bytes);
        if ((bytesAhead > 0 && bytesPerSecond <= 0) || (pending > 0 && chunksPerSecond <= 0)) {
            return null;
        }
        double reading = bytesAhead == 0 ? 0 : bytesAhead / bytesPerSecond;
        double embedding = pending <= 0 ? 0 : pending / chunksPerSecond;
        return Duration.ofSeconds(Math.round(reading + embedding));
    }

    private record Sample(long nanos, long chunks, long bytes) {}
}
