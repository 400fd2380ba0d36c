package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Qdrant's filters over plain Java maps and lists, written from its documentation and sharing nothing with the store: a
 * second opinion on what passes.
 */
final class NaiveFilter {
    private static final Pattern STEP = Pattern.compile("\\.?\"([^\"]*)\"|\\.?([\\w-]+)|\\[(\\d*)]");

    private NaiveFilter() {}

    /** {@code fields} as maps, lists, strings, booleans, longs, doubles and nulls. */
    static Map<String, Object> json(Map<String, Value> fields) {
        Map<String, Object> json = new LinkedHashMap<>();
        fields.forEach((key, value) -> json.put(key, json(value)));
        return json;
    }

    /** Whether a point passes; {@code id} is null inside an object of its payload. */
    static boolean passes(Filter filter, Long id, Map<String, Object> payload) {
        boolean should = filter.getShouldCount() == 0;
        for (Condition condition : filter.getShouldList()) {
            should |= holds(condition, id, payload);
        }
        boolean pass = should;
        for (Condition condition : filter.getMustList()) {
            pass &= holds(condition, id, payload);
        }
        for (Condition condition : filter.getMustNotList()) {
            pass &= !holds(condition, id, payload);
        }
        long some = 0;
        for (Condition condition : filter.getMinShould().getConditionsList()) {
            some += holds(condition, id, payload) ? 1 : 0;
        }
        return pass && some >= filter.getMinShould().getMinCount();
    }

    private static boolean holds(Condition condition, Long id, Map<String, Object> payload) {
        return switch (condition.getConditionOneOfCase()) {
            case FILTER -> passes(condition.getFilter(), id, payload);
            case HAS_ID ->
                id != null && condition.getHasId().getHasIdList().stream().anyMatch(wanted -> wanted.getNum() == id);
            case IS_EMPTY ->
                at(condition.getIsEmpty().getKey(), payload).stream().allMatch(NaiveFilter::nothing);
            case IS_NULL -> at(condition.getIsNull().getKey(), payload).contains(null);
            case NESTED ->
                objects(condition.getNested().getKey(), payload).stream()
                        .anyMatch(object -> passes(condition.getNested().getFilter(), null, object));
            case FIELD -> field(condition.getField(), at(condition.getField().getKey(), payload));
            default -> throw new AssertionError(condition);
        };
    }

    private static boolean field(FieldCondition condition, List<Object> values) {
        if (condition.hasIsEmpty()) {
            return values.isEmpty()
                    ? condition.getIsEmpty()
                    : values.stream().anyMatch(value -> nothing(value) == condition.getIsEmpty());
        }
        if (condition.hasIsNull()) {
            return values.isEmpty()
                    ? !condition.getIsNull()
                    : values.stream().anyMatch(value -> hasNull(value) == condition.getIsNull());
        }
        for (Object value : values) {
            List<?> elements = value instanceof List<?> list ? list : java.util.Collections.singletonList(value);
            for (Object element : elements) {
                if ((condition.hasMatch() && matches(condition.getMatch(), element))
                        || (condition.hasRange() && within(condition.getRange(), element))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean matches(Match match, Object value) {
        return switch (match.getMatchValueCase()) {
            case KEYWORD -> match.getKeyword().equals(value);
            case INTEGER -> Long.valueOf(match.getInteger()).equals(value);
            case BOOLEAN -> Boolean.valueOf(match.getBoolean()).equals(value);
            case KEYWORDS ->
                value instanceof String && match.getKeywords().getStringsList().contains(value);
            case INTEGERS ->
                value instanceof Long && match.getIntegers().getIntegersList().contains(value);
            case EXCEPT_KEYWORDS ->
                value != null && !match.getExceptKeywords().getStringsList().contains(value);
            case EXCEPT_INTEGERS ->
                value != null && !match.getExceptIntegers().getIntegersList().contains(value);
            case TEXT -> value instanceof String text && text.contains(match.getText());
            default -> throw new AssertionError(match);
        };
    }

    private static boolean within(Range range, Object value) {
        if (!(value instanceof Long) && !(value instanceof Double)) {
            return false;
        }
        double number = ((Number) value).doubleValue();
        return !(range.hasGt() && number <= range.getGt())
                && !(range.hasGte() && number < range.getGte())
                && !(range.hasLt() && number >= range.getLt())
                && !(range.hasLte() && number > range.getLte());
    }

    private static List<Map<String, Object>> objects(String path, Map<String, Object> payload) {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Object value : at(path.endsWith("[]") ? path : path + "[]", payload)) {
            if (value instanceof Map<?, ?> map) {
                Map<String, Object> object = new LinkedHashMap<>();
                map.forEach((key, field) -> object.put((String) key, field));
                objects.add(object);
            }
        }
        return objects;
    }

    private static List<Object> at(String path, Map<String, Object> payload) {
        List<Object> values = new ArrayList<>();
        values.add(payload);
        for (MatchResult step : STEP.matcher(path).results().toList()) {
            List<Object> next = new ArrayList<>();
            for (Object value : values) {
                String key = step.group(1) != null ? step.group(1) : step.group(2);
                if (key != null && value instanceof Map<?, ?> map && map.containsKey(key)) {
                    next.add(map.get(key));
                } else if (key == null && value instanceof List<?> list) {
                    if (step.group(3).isEmpty()) {
                        next.addAll(list);
                    } else if (Integer.parseInt(step.group(3)) < list.size()) {
                        next.add(list.get(Integer.parseInt(step.group(3))));
                    }
                }
            }
            values = next;
        }
        return values;
    }

    private static boolean nothing(Object value) {
        return value == null || (value instanceof List<?> list && list.isEmpty());
    }

    private static boolean hasNull(Object value) {
        return value == null || (value instanceof List<?> list && list.contains(null));
    }

    private static Object json(Value value) {
        return switch (value.getKindCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case INTEGER_VALUE -> value.getIntegerValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case STRUCT_VALUE -> json(value.getStructValue().getFieldsMap());
            case LIST_VALUE -> {
                List<Object> list = new ArrayList<>();
                value.getListValue().getValuesList().forEach(element -> list.add(json(element)));
                yield list;
            }
            default -> null;
        };
    }
}
