package io.llmtwin.monitoring;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code redaction} of a revision: takes personal data and secrets out of what is kept of a request, by the
 * rules in {@code prompts/redaction.yaml}. Thread-safe.
 */
public final class Redaction {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static final int MOST_RULES = 64;

    private final List<RedactionRule> rules;
    private final TextScan scan;
    private final Set<String> untouched;

    @JsonCreator
    private Redaction(
            @JsonProperty("untouched") @Nullable Set<String> untouched,
            @JsonProperty(value = "rules", required = true) List<RedactionRule> rules) {
        this.untouched = untouched == null ? Set.of() : Set.copyOf(untouched);
        this.rules = List.copyOf(rules);
        if (rules.size() > MOST_RULES) {
            throw new IllegalArgumentException("there are more than " + MOST_RULES + " rules");
        }
        this.scan = new TextScan(rules.stream().map(RedactionRule::contains).toList());
    }

    /**
     * The redaction that {@code yaml} describes.
     *
     * @throws IllegalArgumentException if it describes none; says where
     */
    static Redaction parse(String yaml) {
        try {
            return YAML.readValue(yaml, Redaction.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(RedactionRules.FILE + ": " + e.getMessage(), e);
        }
    }

    /** Redacts each text in {@code record}, at whatever depth, in place. Names of fields stay. */
    public ObjectNode apply(ObjectNode record) {
        for (Map.Entry<String, JsonNode> field : record.properties()) {
            if (!untouched.contains(field.getKey())) {
                field.setValue(redacted(field.getValue()));
            }
        }
        return record;
    }

    private JsonNode redacted(JsonNode value) {
        if (value instanceof TextNode) {
            String text = value.textValue();
            String redacted = redacted(text);
            return redacted.equals(text) ? value : TextNode.valueOf(redacted);
        }
        if (value instanceof ObjectNode object) {
            return apply(object);
        }
        if (value instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, redacted(array.get(i)));
            }
        }
        return value;
    }

    /** {@code text} with the name of the rule, in brackets, in place of whatever a rule matches. */
    String redacted(String text) {
        String redacted = applied(text, scan.in(text, 0, text.length()), true);
        StringBuilder result = null;
        int copied = 0;
        int from = 0;
        while (from < redacted.length()) {
            int newline = redacted.indexOf('\n', from);
            int to = newline < 0 ? redacted.length() : newline;
            TextScan.Found found = scan.in(redacted, from, to);
            if (isAnyWorthIt(found)) {
                String line = redacted.substring(from, to);
                String changed = applied(line, found, false);
                if (!changed.equals(line)) {
                    result = result == null ? new StringBuilder(redacted.length()) : result;
                    result.append(redacted, copied, from).append(changed);
                    copied = to;
                }
            }
            from = to + 1;
        }
        return result == null
                ? redacted
                : result.append(redacted, copied, redacted.length()).toString();
    }

    private String applied(String text, TextScan.Found found, boolean acrossLines) {
        String redacted = text;
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).acrossLines() == acrossLines && isWorthIt(i, found)) {
                redacted = rules.get(i).apply(redacted);
            }
        }
        return redacted;
    }

    private boolean isAnyWorthIt(TextScan.Found found) {
        for (int i = 0; i < rules.size(); i++) {
            if (isWorthIt(i, found)) {
                return true;
            }
        }
        return false;
    }

    private boolean isWorthIt(int rule, TextScan.Found found) {
        return found.digits() >= rules.get(rule).digits()
                && (rules.get(rule).contains().isEmpty() || found.has(rule));
    }
}
