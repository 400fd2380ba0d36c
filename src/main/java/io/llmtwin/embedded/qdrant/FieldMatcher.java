package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Common.ValuesCount;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A condition on the values at one path. An array there matches if one of its elements does; several conditions in one
 * are alternatives. Its source is Qdrant's {@code payload_storage/condition_checker.rs}.
 */
final class FieldMatcher implements Matcher {
    private final PayloadPath path;
    private final Predicate<Value> test;
    private final boolean whenMissing;

    private FieldMatcher(PayloadPath path, Predicate<Value> test, boolean whenMissing) {
        this.path = path;
        this.test = test;
        this.whenMissing = whenMissing;
    }

    /** Reads {@code condition}; texts are matched by token where {@code textFields} has its path. */
    static Matcher of(FieldCondition condition, TextFields textFields) {
        refuseUnsupported(condition);
        PayloadPath path = PayloadPath.parse(condition.getKey());
        if (condition.hasValuesCount()) {
            return new FieldMatcher(path, value -> count(condition.getValuesCount(), value), emptyMatches(condition));
        }
        if (condition.hasIsEmpty() || condition.hasIsNull()) {
            return new FieldMatcher(path, value -> presence(condition, value), emptyMatches(condition));
        }
        TextTokenizer tokenizer = textFields.tokenizers().get(path);
        if (tokenizer != null && isText(condition.getMatch())) {
            Matcher text = new TextMatcher(path, tokenizer, condition.getMatch());
            Predicate<Value> range =
                    condition.hasRange() ? value -> inRange(condition.getRange(), value) : value -> false;
            Matcher other = new FieldMatcher(path, anyElement(range), false);
            return point -> text.matches(point) || other.matches(point);
        }
        Predicate<Value> match = condition.hasMatch() ? match(condition.getMatch()) : value -> false;
        Predicate<Value> range = condition.hasRange() ? value -> inRange(condition.getRange(), value) : value -> false;
        return new FieldMatcher(path, anyElement(match.or(range)), false);
    }

    @Override
    public boolean matches(PointView point) {
        List<Value> values = path.values(point.payload());
        return values.isEmpty() ? whenMissing : values.stream().anyMatch(test);
    }

    /** Whether {@code match} is about words in a text. */
    static boolean isText(Match match) {
        return switch (match.getMatchValueCase()) {
            case TEXT, PHRASE, TEXT_ANY -> true;
            default -> false;
        };
    }

    /** The number that {@code value} is, as Qdrant's {@code as_f64}, or null. */
    static @Nullable Double number(Value value) {
        if (value.hasIntegerValue()) {
            return (double) value.getIntegerValue();
        }
        return value.hasDoubleValue() ? value.getDoubleValue() + 0.0 : null;
    }

    private static void refuseUnsupported(FieldCondition condition) {
        if (condition.getAllFields().keySet().stream()
                .allMatch(field -> field.getName().equals("key"))) {
            throw Refusal.outOfBounds("match", "Validation error: At least one field condition must be specified [{}]");
        }
        if (condition.hasGeoBoundingBox() || condition.hasGeoRadius() || condition.hasGeoPolygon()) {
            throw Refusal.unsupported("geo filters");
        }
        if (condition.hasDatetimeRange()) {
            throw Refusal.unsupported("datetime filters");
        }
    }

    private static Predicate<Value> anyElement(Predicate<Value> test) {
        return value -> value.hasListValue()
                ? value.getListValue().getValuesList().stream().anyMatch(test)
                : test.test(value);
    }

    private static Predicate<Value> match(Match match) {
        return switch (match.getMatchValueCase()) {
            case KEYWORD ->
                value -> value.hasStringValue() && value.getStringValue().equals(match.getKeyword());
            case INTEGER -> value -> value.hasIntegerValue() && value.getIntegerValue() == match.getInteger();
            case BOOLEAN -> value -> value.hasBoolValue() && value.getBoolValue() == match.getBoolean();
            case KEYWORDS -> {
                Set<String> keywords = Set.copyOf(match.getKeywords().getStringsList());
                yield value -> value.hasStringValue() && keywords.contains(value.getStringValue());
            }
            case INTEGERS -> {
                Set<Long> integers = Set.copyOf(match.getIntegers().getIntegersList());
                yield value -> value.hasIntegerValue() && integers.contains(value.getIntegerValue());
            }
            case EXCEPT_KEYWORDS -> {
                Set<String> keywords = Set.copyOf(match.getExceptKeywords().getStringsList());
                yield value ->
                        !value.hasNullValue() && !(value.hasStringValue() && keywords.contains(value.getStringValue()));
            }
            case EXCEPT_INTEGERS -> {
                Set<Long> integers = Set.copyOf(match.getExceptIntegers().getIntegersList());
                yield value -> !value.hasNullValue()
                        && !(value.hasIntegerValue() && integers.contains(value.getIntegerValue()));
            }
            case TEXT -> contains(match.getText());
            case PHRASE -> contains(match.getPhrase());
            case TEXT_ANY -> {
                List<String> words = List.of(match.getTextAny().strip().split("\\s+"));
                yield value -> value.hasStringValue()
                        && words.stream()
                                .anyMatch(word -> !word.isEmpty()
                                        && value.getStringValue().contains(word));
            }
            case MATCHVALUE_NOT_SET -> throw Refusal.invalid("Malformed Match condition");
        };
    }

    private static Predicate<Value> contains(String text) {
        return value -> value.hasStringValue() && value.getStringValue().contains(text);
    }

    /** NaN as a bound is above every number, as in Rust's {@code OrderedFloat}. */
    private static boolean inRange(Range range, Value value) {
        Double number = number(value);
        return number != null
                && (!range.hasGt() || Double.compare(number, range.getGt() + 0.0) > 0)
                && (!range.hasGte() || Double.compare(number, range.getGte() + 0.0) >= 0)
                && (!range.hasLt() || Double.compare(number, range.getLt() + 0.0) < 0)
                && (!range.hasLte() || Double.compare(number, range.getLte() + 0.0) <= 0);
    }

    private static boolean count(ValuesCount bounds, Value value) {
        long count = value.hasNullValue()
                ? 0
                : value.hasListValue() ? value.getListValue().getValuesCount() : 1;
        return (!bounds.hasGt() || Long.compareUnsigned(count, bounds.getGt()) > 0)
                && (!bounds.hasGte() || Long.compareUnsigned(count, bounds.getGte()) >= 0)
                && (!bounds.hasLt() || Long.compareUnsigned(count, bounds.getLt()) < 0)
                && (!bounds.hasLte() || Long.compareUnsigned(count, bounds.getLte()) <= 0);
    }

    private static boolean presence(FieldCondition condition, Value value) {
        if (condition.hasIsEmpty()) {
            boolean empty = value.hasNullValue()
                    || (value.hasListValue() && value.getListValue().getValuesCount() == 0);
            return empty == condition.getIsEmpty();
        }
        boolean isNull = value.hasListValue()
                ? value.getListValue().getValuesList().stream().anyMatch(Value::hasNullValue)
                : value.hasNullValue();
        return isNull == condition.getIsNull();
    }

    private static boolean emptyMatches(FieldCondition condition) {
        if (condition.hasIsEmpty()) {
            return condition.getIsEmpty();
        }
        return condition.hasIsNull() && !condition.getIsNull();
    }
}
