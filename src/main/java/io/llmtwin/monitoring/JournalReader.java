package io.llmtwin.monitoring;

import java.io.IOException;

/**
 * Someone who reads the journal in order and wants to have everything. What is let go before the reader has dealt with
 * it is counted, and the reader goes on at the oldest entry that is left. Where a reader stands is for the reader to
 * keep: see {@link #position()}. Thread-safe.
 */
public final class JournalReader implements AutoCloseable {
    private final String name;
    private final Journal journal;
    private Position position;
    private long lost;
    private long untold;

    JournalReader(String name, Journal journal, Position position) {
        this.name = name;
        this.journal = journal;
        this.position = position;
    }

    /** What the reader is called in the log and in metrics. */
    public String name() {
        return name;
    }

    /**
     * What comes after {@link #position()}, which stays where it is: until {@link #advance}, the same comes again. {@link
     * Batch#lost} says what was let go since the last call.
     *
     * @param maxEntries at least 1
     * @param maxBytes of contents; the first entry comes even if it is larger
     * @throws IOException if the journal can't be read
     */
    public Batch next(int maxEntries, long maxBytes) throws IOException {
        Batch batch = journal.read(position(), maxEntries, maxBytes);
        synchronized (this) {
            long told = untold;
            untold = 0;
            return new Batch(batch.entries(), batch.next(), told);
        }
    }

    /** The reader has dealt with everything up to {@code to}, that entry included. Never goes back. */
    public synchronized void advance(Position to) {
        if (to.compareTo(position) > 0) {
            position = to;
        }
    }

    /** The last entry that the reader has dealt with. */
    public synchronized Position position() {
        return position;
    }

    /** How many entries the reader still has to deal with. */
    public long behind() {
        return journal.countAfter(position());
    }

    /** How many entries were let go before the reader had dealt with them, since it was registered. */
    public synchronized long lost() {
        return lost;
    }

    /** Notes that {@code entries} were let go, the last of them at {@code to}. */
    synchronized void loses(long entries, Position to) {
        lost += entries;
        untold += entries;
        advance(to);
    }

    /** From now on, nothing is counted for this reader. */
    @Override
    public void close() {
        journal.forget(this);
    }
}
