package io.llmtwin.monitoring;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which traces are asked for; null where it doesn't matter.
 *
 * @param from the earliest beginning of the request
 * @param to the beginning of the request was before
 * @param caller name of the key that the request was made with
 * @param status {@code ok}, {@code error} or {@code cancelled}
 * @param minScore of the feedback; a trace without feedback has no score
 * @param maxScore of the feedback
 */
record TraceFilter(
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable String revision,
        @Nullable String caller,
        @Nullable String author,
        @Nullable String warning,
        @Nullable String status,
        @Nullable Double minScore,
        @Nullable Double maxScore) {
    /** The first field of a record that nothing is searched by, and that every record has. */
    private static final String LAST = "monitored";

    private static final JsonFactory JSON = new JsonFactory();

    /**
     * The filter that query parameters describe: {@code from}, {@code to}, {@code revision}, {@code author}, {@code
     * warning}, {@code status}, {@code min_score} and {@code max_score}.
     *
     * @param caller see above
     * @throws TraceFilterException if a time is none
     */
    static TraceFilter of(Map<String, Object> parameters, @Nullable String caller) {
        return new TraceFilter(
                time(parameters, "from"),
                time(parameters, "to"),
                text(parameters, "revision"),
                caller,
                text(parameters, "author"),
                text(parameters, "warning"),
                text(parameters, "status"),
                number(parameters, "min_score"),
                number(parameters, "max_score"));
    }

    boolean asksForScore() {
        return minScore != null || maxScore != null;
    }

    boolean admits(double score) {
        return (minScore == null || score >= minScore) && (maxScore == null || score <= maxScore);
    }

    /** Whether the request of {@code record} began too early, as all whose record is older did. */
    boolean isBefore(Entry record) {
        return from != null && record.time().isBefore(from);
    }

    /**
     * Whether {@code record} is asked for, its score aside. Reads no further than it must: what a {@link PromptRecord} is
     * searched by comes first in it.
     */
    boolean admits(byte[] record) throws IOException {
        boolean isWarned = warning == null;
        int open = (from == null && to == null ? 0 : 1)
                + (revision == null ? 0 : 1)
                + (caller == null ? 0 : 1)
                + (author == null ? 0 : 1)
                + (isWarned ? 0 : 1)
                + (status == null ? 0 : 1);
        try (JsonParser json = JSON.createParser(record)) {
            json.nextToken();
            while (open > 0 && json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                if (field.equals(LAST)) {
                    return false;
                }
                JsonToken value = json.nextToken();
                Boolean fits =
                        switch (field) {
                            case "time" ->
                                (from == null && to == null) ? null : Boolean.valueOf(isWithin(json.getText()));
                            case "revision" -> revision == null ? null : revision.equals(json.getText());
                            case "caller" -> caller == null ? null : caller.equals(json.getText());
                            case "author" -> author == null ? null : author.equalsIgnoreCase(json.getText());
                            case "status" -> status == null ? null : status.equals(json.getText());
                            case "warnings" -> isWarned ? null : Boolean.valueOf(hasWarning(json));
                            default -> null;
                        };
                if (fits != null && !fits) {
                    return false;
                }
                open -= fits == null ? 0 : 1;
                if (value.isStructStart()) {
                    json.skipChildren();
                }
            }
            return open == 0;
        }
    }

    private boolean isWithin(String text) {
        Instant time = Instant.parse(text);
        return (from == null || !time.isBefore(from)) && (to == null || time.isBefore(to));
    }

    private boolean hasWarning(JsonParser json) throws IOException {
        boolean found = false;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            found |= json.getText().equals(warning);
        }
        return found;
    }

    private static @Nullable String text(Map<String, Object> parameters, String name) {
        Object value = parameters.get(name);
        return value == null ? null : value.toString();
    }

    private static @Nullable Double number(Map<String, Object> parameters, String name) {
        String text = text(parameters, name);
        try {
            return text == null ? null : Double.valueOf(text);
        } catch (NumberFormatException e) {
            throw new TraceFilterException(name + " must be a number", e);
        }
    }

    private static @Nullable Instant time(Map<String, Object> parameters, String name) {
        String text = text(parameters, name);
        try {
            // a + that is not percent-encoded arrives as a blank
            return text == null
                    ? null
                    : OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
        } catch (DateTimeException e) {
            throw new TraceFilterException(name + " must be a time such as 2026-01-31T12:00:00Z", e);
        }
    }
}
