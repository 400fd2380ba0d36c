package io.llmtwin.monitoring;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Base64;

/** A position in the journal as clients hand it back, who need not know what it is. */
final class TraceCursor {
    private TraceCursor() {}

    static String of(Position position) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(position.toString().getBytes(US_ASCII));
    }

    /**
     * The position that {@code cursor} was made of.
     *
     * @throws TraceFilterException if it was made of none
     */
    static Position position(String cursor) {
        try {
            return Position.parse(new String(Base64.getUrlDecoder().decode(cursor), US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new TraceFilterException("cursor is not one that an answer gave", e);
        }
    }
}
