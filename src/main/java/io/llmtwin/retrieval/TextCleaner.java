package io.llmtwin.retrieval;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * What happens to a text before it is embedded, the same for a passage at ingestion and for a question at serving.
 * Changing it makes stored vectors incomparable with new ones: raise {@link #VERSION} then.
 */
public final class TextCleaner {
    /** Version of the cleaning rules. It is part of each document's hash, so that a change embeds the corpus anew. */
    public static final int VERSION = 1;

    private static final Pattern LINE_END = Pattern.compile("\\R");
    private static final Pattern INVISIBLE =
            Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Co}\\p{Cn}\\u200B\\u2060\\uFEFF\\u00AD&&[^\\n\\t]]");
    private static final Pattern TRAILING_SPACE = Pattern.compile("[ \\t]+(?=\\n|\\z)");
    private static final Pattern BLANK_LINES = Pattern.compile("\\n{3,}");

    private TextCleaner() {}

    /**
     * Returns {@code text} in Unicode NFKC (so that the styled letters people post with become plain ones), without
     * control characters, zero-width characters and lone surrogates, with {@code \n} line ends, at most one blank line in
     * a row and no trailing space. Never null, possibly empty.
     */
    public static String clean(String text) {
        String cleaned = Normalizer.normalize(text, Normalizer.Form.NFKC);
        cleaned = LINE_END.matcher(cleaned).replaceAll("\n");
        cleaned = INVISIBLE.matcher(cleaned).replaceAll("");
        cleaned = TRAILING_SPACE.matcher(cleaned).replaceAll("");
        cleaned = BLANK_LINES.matcher(cleaned).replaceAll("\n\n");
        return cleaned.strip();
    }
}
