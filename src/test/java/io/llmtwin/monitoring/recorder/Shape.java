package io.llmtwin.monitoring.recorder;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** What a JSON object may hold, and what it must. */
final class Shape {
    /** ISO-8601 in UTC, as Opik takes it. */
    private static final Pattern INSTANT = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z");

    private final Map<String, Type> fields;
    private final List<String> required;

    Shape(Map<String, Type> fields, String... required) {
        this.fields = fields;
        this.required = List.of(required);
    }

    /**
     * Checks {@code node}.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    void check(JsonNode node, String what) {
        demand(node.isObject(), () -> what + " must be an object");
        node.properties().forEach(field -> {
            Type type = fields.get(field.getKey());
            demand(type != null, () -> what + " has an unknown field " + field.getKey());
            demand(
                    field.getValue().isNull() || type.fits(field.getValue()),
                    () -> what + "." + field.getKey() + " must be " + type + " but is " + field.getValue());
        });
        for (String name : required) {
            demand(node.hasNonNull(name), () -> what + " has no " + name);
        }
    }

    /** Demands something, and says otherwise what is wrong: only then, for a benchmark shouldn't pay for messages. */
    static void demand(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise.get());
        }
    }

    static void demand(boolean holds, String otherwise) {
        demand(holds, () -> otherwise);
    }

    enum Type {
        STRING,
        NUMBER,
        INTEGER,
        INSTANT,
        UUID7,
        STRINGS,
        OBJECT,
        OBJECTS,
        /** An object, a list or a string. */
        JSON,
        /** An object of whole numbers. */
        COUNTS,
        ANY;

        boolean fits(JsonNode value) {
            return switch (this) {
                case STRING -> value.isTextual();
                case NUMBER -> value.isNumber();
                case INTEGER -> value.isIntegralNumber();
                case INSTANT ->
                    value.isTextual()
                            && Shape.INSTANT.matcher(value.textValue()).matches();
                case UUID7 -> isUuid7(value);
                case STRINGS -> isListOf(value, STRING);
                case OBJECT -> value.isObject();
                case OBJECTS -> isListOf(value, OBJECT);
                case JSON -> value.isContainerNode() || value.isTextual();
                case COUNTS -> value.isObject() && isAll(value, INTEGER);
                case ANY -> true;
            };
        }

        private static boolean isListOf(JsonNode value, Type type) {
            return value.isArray() && isAll(value, type);
        }

        private static boolean isAll(JsonNode value, Type type) {
            for (JsonNode element : value) {
                if (!type.fits(element)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isUuid7(JsonNode value) {
            if (!value.isTextual() || value.textValue().length() != 36) {
                return false;
            }
            try {
                UUID id = UUID.fromString(value.textValue());
                return id.version() == 7 && id.variant() == 2;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }
}
