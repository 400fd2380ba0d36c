package io.llmtwin.embedded.qdrant;

import io.llmtwin.embedded.qdrant.PayloadPath.Step;
import io.qdrant.client.grpc.JsonWithInt.ListValue;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Changes to payloads, each giving a new one, as Qdrant's {@code JsonPath::value_set} and {@code value_remove} do. */
final class PayloadEdit {
    private static final Value EMPTY_LIST =
            Value.newBuilder().setListValue(ListValue.getDefaultInstance()).build();

    private PayloadEdit() {}

    /** {@code payload} with the keys of {@code changes} set, and those that are null there removed. */
    static Map<String, Value> merge(Map<String, Value> payload, Map<String, Value> changes) {
        Map<String, Value> merged = new LinkedHashMap<>(payload);
        changes.forEach((key, value) -> {
            if (value.hasNullValue()) {
                merged.remove(key);
            } else {
                merged.put(key, value);
            }
        });
        return merged;
    }

    /** {@code payload} with {@code changes} merged into the object at {@code path}, which is made where it is missing. */
    static Map<String, Value> merge(Map<String, Value> payload, PayloadPath path, Map<String, Value> changes) {
        return mergeInto(payload, path.steps(), changes);
    }

    /** {@code payload} without what lies at {@code path}; one element of an array is never removed. */
    static Map<String, Value> remove(Map<String, Value> payload, PayloadPath path) {
        return removeFrom(payload, path.steps());
    }

    private static Map<String, Value> mergeInto(
            Map<String, Value> object, List<Step> path, Map<String, Value> changes) {
        Map<String, Value> edited = new LinkedHashMap<>(object);
        String key = ((PayloadPath.Key) path.get(0)).name();
        Value old = object.getOrDefault(key, Payloads.NULL);
        edited.put(key, mergeAt(old, path.subList(1, path.size()), changes));
        return edited;
    }

    private static Value mergeAt(Value value, List<Step> path, Map<String, Value> changes) {
        Map<String, Value> fields = value.getStructValue().getFieldsMap();
        if (path.isEmpty()) {
            return object(merge(fields, changes));
        }
        Step step = path.get(0);
        if (step instanceof PayloadPath.Key) {
            return object(mergeInto(fields, path, changes));
        }
        if (!value.hasListValue()) {
            return EMPTY_LIST;
        }
        List<Step> rest = path.subList(1, path.size());
        return eachMatching(value, step, element -> mergeAt(element, rest, changes));
    }

    private static Map<String, Value> removeFrom(Map<String, Value> object, List<Step> path) {
        String key = ((PayloadPath.Key) path.get(0)).name();
        Value old = object.get(key);
        if (old == null) {
            return object;
        }
        Map<String, Value> edited = new LinkedHashMap<>(object);
        if (path.size() == 1) {
            edited.remove(key);
        } else {
            edited.put(key, removeAt(old, path.subList(1, path.size())));
        }
        return edited;
    }

    private static Value removeAt(Value value, List<Step> path) {
        Step step = path.get(0);
        if (step instanceof PayloadPath.Key) {
            return value.hasStructValue()
                    ? object(removeFrom(value.getStructValue().getFieldsMap(), path))
                    : value;
        }
        if (!value.hasListValue()) {
            return value;
        }
        if (path.size() == 1) {
            return step instanceof PayloadPath.Each ? EMPTY_LIST : value;
        }
        List<Step> rest = path.subList(1, path.size());
        return eachMatching(value, step, element -> removeAt(element, rest));
    }

    private static Value eachMatching(Value list, Step step, UnaryOperator<Value> change) {
        ListValue.Builder edited = list.getListValue().toBuilder();
        for (int i = 0; i < edited.getValuesCount(); i++) {
            if (step instanceof PayloadPath.Each
                    || (step instanceof PayloadPath.Index index && index.position() == i)) {
                edited.setValues(i, change.apply(edited.getValues(i)));
            }
        }
        return Value.newBuilder().setListValue(edited).build();
    }

    private static Value object(Map<String, Value> fields) {
        return Value.newBuilder()
                .setStructValue(Struct.newBuilder().putAllFields(fields))
                .build();
    }
}
