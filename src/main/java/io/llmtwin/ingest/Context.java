package io.llmtwin.ingest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The line above a chunk that says where it comes from: {@code Title > Section > Subsection}. */
final class Context {
    private static final String ARROW = " > ";
    private static final String ELLIPSIS = "…";
    private static final int LONGEST_TITLE = 120;
    private static final int LONGEST_SECTION = 120;

    private Context() {}

    /** {@code title} and the end of {@code path} that still fits; either may be missing. */
    static String line(@Nullable String title, List<String> path) {
        String head = title == null ? "" : abbreviated(title, LONGEST_TITLE);
        String section = "";
        for (int i = path.size() - 1; i >= 0; i--) {
            String longer =
                    section.isEmpty() ? abbreviated(path.get(i), LONGEST_SECTION) : path.get(i) + ARROW + section;
            if (TextSize.of(longer) > LONGEST_SECTION) {
                break;
            }
            section = longer;
        }
        return head.isEmpty() || section.isEmpty() ? head + section : head + ARROW + section;
    }

    /** {@code text} on one line, cut to {@code limit} in {@link TextSize}. */
    static String abbreviated(String text, int limit) {
        String line = text.length() > 4 * limit ? text.substring(0, 4 * limit) : text;
        line = line.replaceAll("\\s+", " ").strip();
        if (TextSize.of(line) <= limit) {
            return line;
        }
        return WordSplitter.split(line, limit - 2 * TextSize.of(ELLIPSIS))
                        .get(0)
                        .strip()
                + ELLIPSIS;
    }
}
