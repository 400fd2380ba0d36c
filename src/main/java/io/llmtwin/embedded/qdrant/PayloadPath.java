package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where in a payload a value lies, in Qdrant's notation: {@code a.b} goes into objects, {@code a[2]} to one element,
 * {@code a[].b} to every element; a key with other characters than letters, digits, {@code _} and {@code -} stands in
 * double quotes.
 *
 * @see <a href="https://qdrant.tech/documentation/concepts/payload/">Qdrant: Payload</a>
 */
record PayloadPath(List<Step> steps) {
    /** One step down; the first is always a {@link Key}. */
    sealed interface Step {}

    /** Into an object. */
    record Key(String name) implements Step {}

    /** To one element of an array. */
    record Index(int position) implements Step {}

    /** To every element of an array. */
    record Each() implements Step {}

    static final Each EACH = new Each();

    /** Reads a path, or refuses it as Qdrant does. */
    static PayloadPath parse(String text) {
        Parser parser = new Parser(text);
        List<Step> steps = parser.steps();
        if (steps == null) {
            throw Refusal.invalid("Invalid json path: '" + text + "'");
        }
        return new PayloadPath(Collections.unmodifiableList(steps));
    }

    /** Every value that lies there; none where a step leads nowhere. */
    List<Value> values(Map<String, Value> payload) {
        Value value = payload.get(first().name());
        if (value == null) {
            return List.of();
        }
        if (steps.size() == 1) {
            return List.of(value);
        }
        List<Value> found = new ArrayList<>();
        collect(value, 1, found);
        return found;
    }

    /** The key of the payload that the path begins with. */
    Key first() {
        return (Key) steps.get(0);
    }

    /** This path with {@code []} at its end, unless it is there already. */
    PayloadPath elements() {
        if (steps.get(steps.size() - 1) instanceof Each) {
            return this;
        }
        List<Step> longer = new ArrayList<>(steps);
        longer.add(EACH);
        return new PayloadPath(longer);
    }

    private void collect(Value value, int depth, List<Value> found) {
        if (depth == steps.size()) {
            found.add(value);
            return;
        }
        Step step = steps.get(depth);
        if (step instanceof Key key && value.hasStructValue()) {
            Value next = value.getStructValue().getFieldsMap().get(key.name());
            if (next != null) {
                collect(next, depth + 1, found);
            }
        } else if (step instanceof Index index && value.hasListValue()) {
            if (index.position() < value.getListValue().getValuesCount()) {
                collect(value.getListValue().getValues(index.position()), depth + 1, found);
            }
        } else if (step instanceof Each && value.hasListValue()) {
            for (Value element : value.getListValue().getValuesList()) {
                collect(element, depth + 1, found);
            }
        }
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        @Nullable
        List<Step> steps() {
            List<Step> steps = new ArrayList<>();
            String first = key();
            if (first == null) {
                return null;
            }
            steps.add(new Key(first));
            while (at < text.length()) {
                Step step = step();
                if (step == null) {
                    return null;
                }
                steps.add(step);
            }
            return steps;
        }

        private @Nullable Step step() {
            char c = text.charAt(at++);
            if (c == '.') {
                String name = key();
                return name == null ? null : new Key(name);
            }
            int close = c == '[' ? text.indexOf(']', at) : -1;
            if (close < 0) {
                return null;
            }
            String inside = text.substring(at, close);
            at = close + 1;
            if (inside.isEmpty()) {
                return EACH;
            }
            boolean digits = inside.length() < 10 && inside.chars().allMatch(d -> d >= '0' && d <= '9');
            return digits ? new Index(Integer.parseInt(inside)) : null;
        }

        private @Nullable String key() {
            if (at < text.length() && text.charAt(at) == '"') {
                int close = text.indexOf('"', at + 1);
                if (close < 0 || text.substring(at, close).indexOf('\\') >= 0) {
                    return null;
                }
                String name = text.substring(at + 1, close);
                at = close + 1;
                return name;
            }
            int start = at;
            while (at < text.length() && isPlain(text.codePointAt(at))) {
                at += Character.charCount(text.codePointAt(at));
            }
            return at == start ? null : text.substring(start, at);
        }

        private static boolean isPlain(int c) {
            return Character.isLetterOrDigit(c) || c == '_' || c == '-';
        }
    }
}
