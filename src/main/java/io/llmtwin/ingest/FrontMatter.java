package io.llmtwin.ingest;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The block of {@code key: value} lines between two {@code ---} at the head of a Markdown file. */
record FrontMatter(Map<String, String> values, String content) {
    private static final String FENCE = "---\n";
    private static final int LONGEST = 10_000;

    static FrontMatter of(String source) {
        String text = source.replace("\r\n", "\n");
        int end = text.startsWith(FENCE) ? text.indexOf("\n" + FENCE, FENCE.length() - 1) : -1;
        if (end < 0 || end > LONGEST) {
            return new FrontMatter(Map.of(), text);
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : text.substring(FENCE.length() - 1, end).split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && !Character.isWhitespace(line.charAt(0))) {
                String value = line.substring(colon + 1).strip().replaceAll("^([\"'])(.*)\\1$", "$2");
                if (!value.isEmpty()) {
                    values.put(line.substring(0, colon).strip().toLowerCase(Locale.ROOT), value);
                }
            }
        }
        return new FrontMatter(values, text.substring(end + 1 + FENCE.length()));
    }

    /** The value of the first of {@code keys} that has one. */
    @Nullable
    String first(String... keys) {
        for (String key : keys) {
            String value = values.get(key);
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
