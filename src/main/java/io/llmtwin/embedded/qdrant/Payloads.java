package io.llmtwin.embedded.qdrant;

import com.google.protobuf.InvalidProtocolBufferException;
import io.qdrant.client.grpc.JsonWithInt.ListValue;
import io.qdrant.client.grpc.JsonWithInt.NullValue;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.util.BytesRef;

/** The form in which payloads are kept: what JSON can say, as the bytes of a {@link Struct}. */
final class Payloads {
    static final Value NULL =
            Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();

    private Payloads() {}

    /** {@code payload} as JSON would have it: a value without a kind is null, and no number is infinite. */
    static Map<String, Value> json(Map<String, Value> payload) {
        Map<String, Value> json = new LinkedHashMap<>();
        payload.forEach((key, value) -> json.put(key, json(value)));
        return json;
    }

    static BytesRef bytes(Map<String, Value> payload) {
        return new BytesRef(Struct.newBuilder().putAllFields(payload).build().toByteArray());
    }

    static Map<String, Value> read(BytesRef bytes) {
        try {
            return Struct.parser()
                    .parseFrom(bytes.bytes, bytes.offset, bytes.length)
                    .getFieldsMap();
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException("a stored payload can't be read", e);
        }
    }

    private static Value json(Value value) {
        return switch (value.getKindCase()) {
            case KIND_NOT_SET -> NULL;
            case DOUBLE_VALUE -> {
                if (!Double.isFinite(value.getDoubleValue())) {
                    throw Refusal.invalid("cannot convert to json number");
                }
                yield value;
            }
            case STRUCT_VALUE ->
                Value.newBuilder()
                        .setStructValue(Struct.newBuilder()
                                .putAllFields(json(value.getStructValue().getFieldsMap())))
                        .build();
            case LIST_VALUE -> {
                ListValue.Builder list = ListValue.newBuilder();
                value.getListValue().getValuesList().forEach(element -> list.addValues(json(element)));
                yield Value.newBuilder().setListValue(list).build();
            }
            default -> value;
        };
    }
}
