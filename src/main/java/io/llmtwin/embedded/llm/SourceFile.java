package io.llmtwin.embedded.llm;

import io.llmtwin.embedded.llm.Sentence.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Splits a source file: its comments are prose, which leads the code below it; the rest is code. */
final class SourceFile {
    private static final Pattern NAME =
            Pattern.compile("(?i)^(?:[\\w.@+-]{1,200}/){0,30}+(?:[\\w.@+-]{1,200}\\.(?:java|kts?|scala|groovy"
                    + "|py|mjs|jsx|tsx?|go|rs|cc?|h|[ch]pp|cs|rb|php|sh|bash|sql|ya?ml|xml|json|properties|toml|ini|gradle"
                    + "|proto|swift|lua|graphql|mustache)|(?:dockerfile|makefile|jenkinsfile)|\\w{1,200}\\.js)$");
    private static final int LONGEST_LEAD = 160;

    private final List<Sentence> sentences = new ArrayList<>();
    private final StringBuilder comment = new StringBuilder();
    private final CommentReader comments = new CommentReader(true);
    private final CodeBlock code = new CodeBlock();
    private final String context;
    private String lead;

    private SourceFile(String context) {
        this.context = context;
        lead = nameOf(context);
    }

    /** Whether the line of context above a source names a file of code. */
    static boolean isNamedBy(String context) {
        int arrow = context.indexOf(" > ");
        return NAME.matcher(arrow < 0 ? context : context.substring(0, arrow)).matches();
    }

    static List<Sentence> split(String context, List<String> lines) {
        SourceFile file = new SourceFile(context);
        lines.forEach(file::read);
        file.endComment();
        file.endCode();
        return file.sentences;
    }

    private void read(String line) {
        @Nullable String text = line.length() > CodeBlock.LONGEST_LINE ? null : comments.read(line);
        if (text == null) {
            endComment();
            if (line.isBlank()) {
                endCode();
            } else {
                code.add(line);
            }
        } else if (text.isEmpty()) {
            endComment();
        } else {
            endCode();
            comment.append(comment.isEmpty() ? "" : " ").append(text);
        }
    }

    private void endComment() {
        if (comment.isEmpty()) {
            return;
        }
        String name = nameOf(context);
        List<String> parts = SentenceBreaker.sentences(comment.toString().replaceAll("\\s+", " "));
        comment.setLength(0);
        for (String part : parts) {
            String text = SentenceBreaker.withoutLoneMarks(part);
            if (text.indexOf(' ') > 0 && !CodeBlock.isLine(text)) {
                sentences.add(new Sentence(text, name, context, Kind.PROSE));
            }
        }
        lead = parts.get(0).length() > LONGEST_LEAD ? name : name + ": " + parts.get(0);
    }

    private void endCode() {
        if (!code.isEmpty()) {
            code.end().forEach(block -> sentences.add(new Sentence(block, lead, context, Kind.CODE)));
            lead = nameOf(context);
        }
    }

    /** The file without its folders, and what encloses the passage. */
    private static String nameOf(String context) {
        int arrow = context.indexOf(" > ");
        String path = arrow < 0 ? context : context.substring(0, arrow);
        return path.substring(path.lastIndexOf('/') + 1) + (arrow < 0 ? "" : context.substring(arrow));
    }
}
