package io.llmtwin.monitoring.opik;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * Ids of spans, each a UUIDv7 (RFC 9562, section 5.7), which Opik demands, that follows from what it names: the same
 * record has the same ids whenever it is sent, so that Opik replaces what it has rather than having it twice. A trace
 * keeps its own id, for that is a UUIDv7 already.
 */
final class OpikIds {
    private static final long TIME = 0xFFFFFFFFFFFF0000L;
    private static final long VERSION = 0x7000L;
    private static final long RANDOM_A = 0xFFFL;
    private static final long RANDOM_B = 0x3FFFFFFFFFFFFFFFL;
    private static final long VARIANT = 0x8000000000000000L;

    private OpikIds() {}

    /** The id of the step {@code number} of {@code trace}, with the trace's time. */
    static UUID span(UUID trace, int number) {
        ByteBuffer hash = ByteBuffer.wrap(sha256().digest((trace + "/" + number).getBytes(UTF_8)));
        long high = (trace.getMostSignificantBits() & TIME) | VERSION | (hash.getLong() & RANDOM_A);
        long low = VARIANT | (hash.getLong() & RANDOM_B);
        return new UUID(high, low);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
