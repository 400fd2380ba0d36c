package io.llmtwin.ingest;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far the store is on its way to the state of the corpus, at one moment.
 *
 * @param documents read so far
 * @param total documents in all, as far as can be told: a file not yet opened counts as one
 * @param chunks embedded and stored so far
 * @param unchanged documents left alone
 * @param removed documents deleted because the corpus has them no more
 * @param skipped what was left out, the first {@value #MOST_SKIPPED} of it
 * @param skippedCount how much was left out
 * @param rate chunks embedded in a second, of late
 * @param elapsed since the pass began
 * @param remaining estimate of the time to go; null while there is no telling
 * @param failure why it failed, and when waiting or running why the pass before did; null if it didn't
 */
public record SyncProgress(
        State state,
        int documents,
        int total,
        long chunks,
        int unchanged,
        int removed,
        List<Skipped> skipped,
        int skippedCount,
        double rate,
        Duration elapsed,
        @Nullable Duration remaining,
        @Nullable String failure) {
    static final int MOST_SKIPPED = 100;

    /** What the sync is doing. */
    public enum State {
        /** Not begun. */
        WAITING,
        /** Reading, embedding, storing. */
        RUNNING,
        /** The store is like the corpus was when last looked at. */
        DONE,
        /** Given up for now; it is tried again. */
        FAILED
    }
}
