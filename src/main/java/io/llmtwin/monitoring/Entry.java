package io.llmtwin.monitoring;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the journal.
 *
 * @param position of this entry; a reader that has dealt with it goes on after it
 * @param kind what it is
 * @param traceId of the request that it is about
 * @param time when it was appended, in milliseconds
 * @param content in JSON, as UTF-8: a {@link PromptRecord}, feedback, or nothing
 */
@SuppressWarnings("ArrayRecordComponent") // two entries are equal where their positions are
public record Entry(Position position, Kind kind, UUID traceId, Instant time, byte[] content) {

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Entry entry && entry.position.equals(position);
    }

    @Override
    public int hashCode() {
        return position.hashCode();
    }

    /** What an entry is. The codes are on disk. */
    public enum Kind {
        /** The {@link PromptRecord} of a request. */
        PROMPT(1),
        /** The feedback on an answer. A later one on the same trace takes its place. */
        FEEDBACK(2),
        /** The trace was deleted: nothing of it may be kept by anyone. Has no content. */
        DELETION(3);

        private final byte code;

        Kind(int code) {
            this.code = (byte) code;
        }

        byte code() {
            return code;
        }

        /** The kind with that code; null where this version knows none. */
        static @Nullable Kind of(byte code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return null;
        }
    }
}
