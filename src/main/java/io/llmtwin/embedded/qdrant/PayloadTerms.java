package io.llmtwin.embedded.qdrant;

import io.llmtwin.embedded.qdrant.PayloadPath.Step;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;
import org.jspecify.annotations.Nullable;

/**
 * The terms under which every scalar of a payload is found, all in one Lucene field, so that filters on any key need no
 * index to be declared. A term is the path, a zero byte, a letter for the type, and the value in a form whose byte order
 * is the value's order; strings over 64 bytes, and paths over 128, stand as their SHA-256. An element of an array is
 * under the array's path as well as under the path ending in {@code []}.
 */
final class PayloadTerms {
    /** Lucene field that holds the terms. */
    static final String FIELD = "payload_terms";

    /** Types, as letters of the terms. */
    enum Type {
        STRING('s'),
        LONG_STRING('h'),
        INTEGER('i'),
        NUMBER('n'),
        BOOLEAN('b');

        private final char letter;

        Type(char letter) {
            this.letter = letter;
        }
    }

    private static final int LONGEST_STRING = 64;
    private static final int LONGEST_PATH = 128;

    private final Set<BytesRef> terms = new LinkedHashSet<>();

    private PayloadTerms() {}

    /** All terms of {@code payload}, each once. */
    static Set<BytesRef> of(Map<String, Value> payload) {
        PayloadTerms found = new PayloadTerms();
        List<Step> path = new ArrayList<>();
        payload.forEach((key, value) -> found.descend(path, new PayloadPath.Key(key), value));
        return found.terms;
    }

    /** What all terms of {@code type} at {@code path} begin with, or null if there are none for such a path. */
    static @Nullable BytesRef prefix(PayloadPath path, Type type) {
        byte[] encoded = encoded(path.steps());
        return encoded == null ? null : term(encoded, type, new byte[0]);
    }

    /** The term of a string at {@code path}, or null if there are none for such a path. */
    static @Nullable BytesRef string(PayloadPath path, String value) {
        byte[] encoded = encoded(path.steps());
        return encoded == null ? null : string(encoded, value);
    }

    /** The term of an integer at {@code path}, or null if there are none for such a path. */
    static @Nullable BytesRef integer(PayloadPath path, long value) {
        byte[] encoded = encoded(path.steps());
        return encoded == null ? null : term(encoded, Type.INTEGER, sortable(value));
    }

    /** The term of a boolean at {@code path}, or null if there are none for such a path. */
    static @Nullable BytesRef bool(PayloadPath path, boolean value) {
        byte[] encoded = encoded(path.steps());
        return encoded == null ? null : bool(encoded, value);
    }

    /** The term of a number at {@code path}, for ranges, or null if there are none for such a path. */
    static @Nullable BytesRef number(PayloadPath path, double value) {
        byte[] encoded = encoded(path.steps());
        return encoded == null ? null : number(encoded, value);
    }

    private void descend(List<Step> path, Step step, Value value) {
        path.add(step);
        visit(path, value);
        path.remove(path.size() - 1);
    }

    private void visit(List<Step> path, Value value) {
        switch (value.getKindCase()) {
            case STRUCT_VALUE ->
                value.getStructValue()
                        .getFieldsMap()
                        .forEach((key, field) -> descend(path, new PayloadPath.Key(key), field));
            case LIST_VALUE -> {
                for (Value element : value.getListValue().getValuesList()) {
                    if (!element.hasListValue() && !element.hasStructValue()) {
                        scalar(path, element);
                    }
                    descend(path, PayloadPath.EACH, element);
                }
            }
            default -> scalar(path, value);
        }
    }

    private void scalar(List<Step> path, Value value) {
        byte[] encoded = encoded(path);
        if (encoded == null) {
            return;
        }
        if (value.hasStringValue()) {
            terms.add(string(encoded, value.getStringValue()));
        } else if (value.hasBoolValue()) {
            terms.add(bool(encoded, value.getBoolValue()));
        } else if (value.hasIntegerValue()) {
            terms.add(term(encoded, Type.INTEGER, sortable(value.getIntegerValue())));
        }
        Double number = FieldMatcher.number(value);
        if (number != null) {
            terms.add(number(encoded, number));
        }
    }

    private static BytesRef string(byte[] path, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= LONGEST_STRING
                ? term(path, Type.STRING, bytes)
                : term(path, Type.LONG_STRING, sha256(bytes));
    }

    private static BytesRef bool(byte[] path, boolean value) {
        return term(path, Type.BOOLEAN, new byte[] {(byte) (value ? 1 : 0)});
    }

    private static BytesRef number(byte[] path, double value) {
        return term(path, Type.NUMBER, sortable(NumericUtils.doubleToSortableLong(value + 0.0)));
    }

    private static byte[] sortable(long value) {
        byte[] bytes = new byte[Long.BYTES];
        NumericUtils.longToSortableBytes(value, bytes, 0);
        return bytes;
    }

    private static BytesRef term(byte[] path, Type type, byte[] value) {
        ByteBuffer buffer = ByteBuffer.allocate(path.length + 2 + value.length);
        buffer.put(path).put((byte) 0).put((byte) type.letter).put(value);
        return new BytesRef(buffer.array());
    }

    /** No two paths have the same bytes, and none holds a zero byte; null if a step goes to one element. */
    private static byte @Nullable [] encoded(List<Step> path) {
        StringBuilder text = new StringBuilder();
        for (Step step : path) {
            if (step instanceof PayloadPath.Key key) {
                text.append('.')
                        .append(key.name()
                                .replace("\\", "\\\\")
                                .replace(".", "\\d")
                                .replace("[", "\\b")
                                .replace("\0", "\\0"));
            } else if (step instanceof PayloadPath.Each) {
                text.append('[');
            } else {
                return null;
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= LONGEST_PATH) {
            return bytes;
        }
        byte[] hash = sha256(bytes);
        StringBuilder hex = new StringBuilder("#");
        for (byte b : hash) {
            hex.append(String.format("%02x", b));
        }
        return hex.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
