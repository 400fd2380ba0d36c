package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.NestedCondition;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides by looking whether a point passes a filter. What it says is what a filter means, whether or not an index
 * finds the same points faster; its source is Qdrant's {@code payload_storage/query_checker.rs}.
 */
final class FilterMatcher {
    private final TextFields textFields;

    FilterMatcher(TextFields textFields) {
        this.textFields = textFields;
    }

    /** Reads {@code filter}, refusing what is malformed or only done by a server. */
    Matcher of(Filter filter) {
        List<Matcher> must = all(filter.getMustList());
        List<Matcher> mustNot = all(filter.getMustNotList());
        List<Matcher> should = all(filter.getShouldList());
        List<Matcher> minShould = all(filter.getMinShould().getConditionsList());
        long minCount = filter.getMinShould().getMinCount();
        return point -> (should.isEmpty() || should.stream().anyMatch(matcher -> matcher.matches(point)))
                && (!filter.hasMinShould() || atLeast(minCount, minShould, point))
                && must.stream().allMatch(matcher -> matcher.matches(point))
                && mustNot.stream().noneMatch(matcher -> matcher.matches(point));
    }

    /** Reads a condition that is set. */
    Matcher of(Condition condition) {
        return switch (condition.getConditionOneOfCase()) {
            case FIELD -> FieldMatcher.of(condition.getField(), textFields);
            case FILTER -> of(condition.getFilter());
            case HAS_ID -> {
                Set<PointKey> keys = condition.getHasId().getHasIdList().stream()
                        .map(PointKey::of)
                        .collect(Collectors.toSet());
                yield point -> keys.stream().anyMatch(point::is);
            }
            case IS_EMPTY -> {
                PayloadPath path = PayloadPath.parse(condition.getIsEmpty().getKey());
                yield point -> path.values(point.payload()).stream().allMatch(FilterMatcher::isNothing);
            }
            case IS_NULL -> {
                PayloadPath path = PayloadPath.parse(condition.getIsNull().getKey());
                yield point -> path.values(point.payload()).stream().anyMatch(Value::hasNullValue);
            }
            case NESTED -> nested(condition.getNested());
            case HAS_VECTOR -> point -> point.hasVector(condition.getHasVector().getHasVector());
            case CONDITIONONEOF_NOT_SET -> point -> true;
        };
    }

    /** Whether {@code condition} says anything; Qdrant drops those that don't. */
    static boolean isSet(Condition condition) {
        return condition.getConditionOneOfCase() != Condition.ConditionOneOfCase.CONDITIONONEOF_NOT_SET;
    }

    private List<Matcher> all(List<Condition> conditions) {
        return conditions.stream().filter(FilterMatcher::isSet).map(this::of).toList();
    }

    private Matcher nested(NestedCondition condition) {
        if (!condition.hasFilter()) {
            throw Refusal.invalid("Nested condition must have a filter");
        }
        PayloadPath path = PayloadPath.parse(condition.getKey()).elements();
        Matcher inner = new FilterMatcher(textFields.under(path)).of(condition.getFilter());
        return point -> path.values(point.payload()).stream()
                .filter(Value::hasStructValue)
                .map(value -> new PointView.Nested(value.getStructValue().getFieldsMap()))
                .anyMatch(inner::matches);
    }

    private static boolean atLeast(long count, List<Matcher> matchers, PointView point) {
        return matchers.stream()
                        .filter(matcher -> matcher.matches(point))
                        .limit(count)
                        .count()
                == count;
    }

    private static boolean isNothing(Value value) {
        return value.hasNullValue()
                || (value.hasListValue() && value.getListValue().getValuesCount() == 0);
    }
}
