package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Common.PointId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.lucene.index.Term;
import org.apache.lucene.util.BytesRef;

/**
 * A point's id as a key: unsigned 64-bit integers first, by value, then UUIDs, which is Qdrant's order. The bytes are a
 * tag and the id, big-endian, so that their order as terms is the same.
 */
final class PointKey implements Comparable<PointKey> {
    /** Lucene field that holds the key, as a term and as a doc value. */
    static final String FIELD = "id";

    private static final Pattern SIMPLE = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern HYPHENATED =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final byte NUMBER = 0;
    private static final byte IDENTIFIER = 1;

    private final byte[] bytes;

    private PointKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Reads an id as clients send it: a number, or a UUID in any form that Rust's {@code uuid} crate reads. */
    static PointKey of(PointId id) {
        return switch (id.getPointIdOptionsCase()) {
            case NUM ->
                new PointKey(
                        ByteBuffer.allocate(9).put(NUMBER).putLong(id.getNum()).array());
            case UUID -> of(parse(id.getUuid()));
            case POINTIDOPTIONS_NOT_SET -> throw Refusal.invalid("No ID options provided");
        };
    }

    /** The key whose bytes are {@code ref}. */
    static PointKey read(BytesRef ref) {
        return new PointKey(BytesRef.deepCopyOf(ref).bytes);
    }

    private static PointKey of(UUID uuid) {
        return new PointKey(ByteBuffer.allocate(17)
                .put(IDENTIFIER)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array());
    }

    private static UUID parse(String text) {
        String digits = text;
        if (digits.startsWith("urn:uuid:")) {
            digits = digits.substring("urn:uuid:".length());
        } else if (digits.startsWith("{") && digits.endsWith("}")) {
            digits = digits.substring(1, digits.length() - 1);
        }
        digits = digits.toLowerCase(Locale.ROOT);
        if (HYPHENATED.matcher(digits).matches()) {
            return UUID.fromString(digits);
        }
        if (SIMPLE.matcher(digits).matches()) {
            return new UUID(
                    Long.parseUnsignedLong(digits.substring(0, 16), 16),
                    Long.parseUnsignedLong(digits.substring(16), 16));
        }
        throw Refusal.invalid("Unable to parse UUID: " + text);
    }

    BytesRef bytes() {
        return new BytesRef(bytes);
    }

    Term term() {
        return new Term(FIELD, bytes());
    }

    /** The id as clients get it: UUIDs hyphenated, in lower case. */
    PointId toPointId() {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return buffer.get() == NUMBER
                ? PointId.newBuilder().setNum(buffer.getLong()).build()
                : PointId.newBuilder()
                        .setUuid(new UUID(buffer.getLong(), buffer.getLong()).toString())
                        .build();
    }

    @Override
    public int compareTo(PointKey other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PointKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        PointId id = toPointId();
        return id.hasNum() ? Long.toUnsignedString(id.getNum()) : id.getUuid();
    }
}
