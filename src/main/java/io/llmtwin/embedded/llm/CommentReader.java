package io.llmtwin.embedded.llm;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells comments from code, a line at a time, and takes their marks off. */
final class CommentReader {
    private static final Pattern OPENING = Pattern.compile("^\\s*(?:/\\*+!?|<!--+|\"\"\")");
    private static final Pattern CLOSING = Pattern.compile("\\*+/|--+>|\"\"\"");
    private static final Pattern STAR = Pattern.compile("^\\s*\\*(?!/)(?=\\s|$)");
    /** As in a passage that begins inside a comment. */
    private static final Pattern LONE_STAR = Pattern.compile("^\\s*\\*(?:/|(?=\\s|$))");

    private static final Pattern LINE = Pattern.compile("^\\s*(?:///?!?|#+|--)(?=\\s|$)");
    private static final Pattern BLOCK_TAG = Pattern.compile("^@\\w+.*");
    private static final Pattern INLINE_TAG =
            Pattern.compile("\\{@(?:code|literal|link|linkplain|value)\\s+#?([^{}]{1,200})}");
    private static final Pattern HTML = Pattern.compile("</?[a-zA-Z][a-zA-Z0-9]{0,9}[^<>]{0,99}>");

    private final boolean lineComments;
    private boolean inside;
    private boolean inTag;

    /**
     * A reader at the start of a text.
     *
     * @param lineComments whether the text is a source file, in which {@code #} and a lone star begin a comment
     */
    CommentReader(boolean lineComments) {
        this.lineComments = lineComments;
    }

    /** What the comment on {@code line} says, empty between its paragraphs; null if the line is not a comment. */
    @Nullable
    String read(String line) {
        if (!inside) {
            Matcher mark = LINE.matcher(line);
            if (lineComments
                    && (mark.find() || mark.usePattern(LONE_STAR).reset().find())) {
                return prose(line.substring(mark.end()));
            }
            Matcher opening = OPENING.matcher(line);
            if (!opening.find()) {
                inTag = false;
                return null;
            }
            inside = true;
            inTag = false;
            return upToClosing(line.substring(opening.end()));
        }
        Matcher star = STAR.matcher(line);
        return upToClosing(star.find() ? line.substring(star.end()) : line);
    }

    /** Whether the comment read last goes on. */
    boolean isInside() {
        return inside;
    }

    private String upToClosing(String text) {
        Matcher closing = CLOSING.matcher(text);
        if (closing.find()) {
            inside = false;
            return prose(text.substring(0, closing.start()));
        }
        return prose(text);
    }

    private String prose(String text) {
        String line = text.strip();
        if (BLOCK_TAG.matcher(line).matches()) {
            inTag = true;
        }
        if (line.isEmpty()) {
            inTag = false;
        }
        return inTag
                ? ""
                : HTML.matcher(INLINE_TAG.matcher(line).replaceAll("`$1`"))
                        .replaceAll(" ")
                        .strip();
    }
}
