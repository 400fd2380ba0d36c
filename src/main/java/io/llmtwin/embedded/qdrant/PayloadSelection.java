package io.llmtwin.embedded.qdrant;

import io.llmtwin.embedded.qdrant.PayloadPath.Step;
import io.qdrant.client.grpc.JsonWithInt.ListValue;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which part of a payload an answer carries: all, nothing, some paths, or all but some paths. */
record PayloadSelection(Mode mode, List<PayloadPath> paths) {
    enum Mode {
        NOTHING,
        ALL,
        INCLUDE,
        EXCLUDE
    }

    static final PayloadSelection NOTHING = new PayloadSelection(Mode.NOTHING, List.of());
    static final PayloadSelection ALL = new PayloadSelection(Mode.ALL, List.of());

    /** Reads what a request asks for. */
    static PayloadSelection of(WithPayloadSelector selector) {
        return switch (selector.getSelectorOptionsCase()) {
            case ENABLE -> selector.getEnable() ? ALL : NOTHING;
            case INCLUDE ->
                new PayloadSelection(Mode.INCLUDE, parse(selector.getInclude().getFieldsList()));
            case EXCLUDE ->
                new PayloadSelection(Mode.EXCLUDE, parse(selector.getExclude().getFieldsList()));
            case SELECTOROPTIONS_NOT_SET -> throw Refusal.invalid("No PayloadSelector");
        };
    }

    boolean wantsPayload() {
        return mode != Mode.NOTHING;
    }

    /** The part of {@code payload} that is asked for. */
    Map<String, Value> of(Map<String, Value> payload) {
        return switch (mode) {
            case NOTHING -> Map.of();
            case ALL -> payload;
            case INCLUDE, EXCLUDE -> fields(payload, new ArrayList<>());
        };
    }

    private static List<PayloadPath> parse(List<String> fields) {
        return fields.stream().map(PayloadPath::parse).toList();
    }

    private Map<String, Value> fields(Map<String, Value> object, List<Step> place) {
        Map<String, Value> kept = new LinkedHashMap<>();
        object.forEach((key, value) -> {
            place.add(new PayloadPath.Key(key));
            if (keeps(place)) {
                kept.put(key, part(value, place));
            }
            place.remove(place.size() - 1);
        });
        return kept;
    }

    private Value part(Value value, List<Step> place) {
        if (value.hasStructValue()) {
            Struct.Builder struct = Struct.newBuilder()
                    .putAllFields(fields(value.getStructValue().getFieldsMap(), place));
            return Value.newBuilder().setStructValue(struct).build();
        }
        if (value.hasListValue()) {
            ListValue.Builder list = ListValue.newBuilder();
            place.add(new PayloadPath.Each());
            if (keeps(place)) {
                value.getListValue().getValuesList().forEach(element -> list.addValues(part(element, place)));
            }
            place.remove(place.size() - 1);
            return Value.newBuilder().setListValue(list).build();
        }
        return value;
    }

    /** Included is what lies on the way to a path or under it; excluded is what lies at a path. */
    private boolean keeps(List<Step> place) {
        if (mode == Mode.INCLUDE) {
            return paths.stream().anyMatch(path -> {
                int common = Math.min(place.size(), path.steps().size());
                return place.subList(0, common).equals(path.steps().subList(0, common));
            });
        }
        return paths.stream().noneMatch(path -> place.equals(path.steps()));
    }
}
