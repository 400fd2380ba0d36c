package io.llmtwin.llm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A replica gave no answer, or none that can be used. Another may. Its message has no text of the replica's in it. */
public final class ReplicaFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable Duration rest;
    private final boolean itsFault;

    private ReplicaFailedException(
            String message, @Nullable Throwable cause, boolean itsFault, @Nullable Duration rest) {
        super(message, cause);
        this.itsFault = itsFault;
        this.rest = rest;
    }

    /** What came is no answer, or the end of one is missing. */
    static ReplicaFailedException broken(String message) {
        return new ReplicaFailedException(message, null, true, null);
    }

    static ReplicaFailedException broken(String message, Throwable cause) {
        return new ReplicaFailedException(message, cause, true, null);
    }

    /** It has too much to do. {@code rest} is how long it asks to be left alone, if it says. */
    static ReplicaFailedException busy(String message, @Nullable Duration rest) {
        return new ReplicaFailedException(message, null, false, rest);
    }

    /** How long the replica asks to be left alone; null where it doesn't. */
    @Nullable
    Duration rest() {
        return rest;
    }

    /** Whether this tells against the replica: one that is only busy is well. */
    boolean itsFault() {
        return itsFault;
    }
}
