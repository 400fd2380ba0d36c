package io.llmtwin.embedded.llm;

import io.llmtwin.embedded.llm.Sentence.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Splits the text of a source, prose or Markdown, into what can be quoted on its own.
 *
 * <p>A paragraph becomes its sentences, a list item stays whole, and a short list stays with the line that introduces
 * it. Code, fenced or not, and tables stay whole. A heading or a question is not quoted: it leads what follows it.
 */
final class SentenceSplitter {
    private static final String ARROW = " > ";
    private static final int LONGEST_CONTEXT = 600;
    private static final int LONGEST_TITLE = 240;
    private static final int LONGEST_HEADING = 80;
    private static final int MOST_HEADING_WORDS = 10;
    private static final Pattern FENCE = Pattern.compile("^\\s{0,8}(?:```|~~~).*");
    private static final String SENTENCE_END = ".!?:;,…。！？";
    /** What a title doesn't begin with. */
    private static final Pattern MARKED = Pattern.compile("^(?:[#|*`>$/{}~-]|\\d{1,3}[.)] |•).*|.*[{}]$");

    private static final Pattern CLOSING_EMPHASIS = Pattern.compile("[*_]{1,9}$");
    private static final Pattern HEADING = Pattern.compile("^\\s{0,3}#{1,6}\\s+(\\S.*)$");
    private static final Pattern ITEM = Pattern.compile("^\\s{0,20}(?:[-*+•–]|\\d{1,3}[.)])\\s+(\\S.*)$");
    private static final Pattern RULE = Pattern.compile("^[\\s=*_-]*$");

    List<Sentence> split(String text) {
        List<String> lines = text.lines().toList();
        String context = context(lines);
        List<String> rest = context.isEmpty() ? lines : lines.subList(1, lines.size());
        if (SourceFile.isNamedBy(context) && rest.stream().noneMatch(FENCE.asMatchPredicate())) {
            return SourceFile.split(context, rest);
        }
        Pass pass = new Pass(context);
        rest.forEach(pass::read);
        return pass.end();
    }

    /** The line above a passage that says where it comes from, as ingestion writes it; empty if there is none. */
    private static String context(List<String> lines) {
        if (lines.isEmpty() || lines.get(0).length() > LONGEST_CONTEXT) {
            return "";
        }
        String first = lines.get(0).strip();
        boolean alone = lines.size() == 1;
        boolean apart = alone || lines.get(1).isBlank();
        char end = first.isEmpty() ? '.' : first.charAt(first.length() - 1);
        boolean path = first.contains(ARROW) && end != '.';
        boolean title = !alone
                && first.length() <= LONGEST_TITLE
                && SENTENCE_END.indexOf(end) < 0
                && !MARKED.matcher(first).matches();
        return apart && (path || title) ? first : "";
    }

    /** One reading of one text. */
    private static final class Pass {
        private final List<Sentence> sentences = new ArrayList<>();
        private final List<String> headings = new ArrayList<>();
        private final StringBuilder paragraph = new StringBuilder();
        private final CodeBlock code = new CodeBlock();
        private final CommentReader comments = new CommentReader(false);
        private final List<String> items = new ArrayList<>();
        private String introduction = "";
        private String lead = "";
        private int paragraphLines;
        private boolean fenced;
        private final String context;
        private String section;

        Pass(String context) {
            this.context = context;
            section = context;
            lead = context;
        }

        void read(String line) {
            if (line.length() > CodeBlock.LONGEST_LINE) {
                endCode();
                endList();
                appendToParagraph(line);
                return;
            }
            if (FENCE.matcher(line).matches()) {
                endText();
                endCode();
                fenced = !fenced;
                return;
            }
            if (fenced) {
                code.add(line);
                return;
            }
            if (readComment(line)) {
                return;
            }
            if (!line.isBlank() && code.continuesWith(line)) {
                code.add(line);
                return;
            }
            if (CodeBlock.isTableRow(line)
                    || (items.isEmpty() && paragraphLines == 0 && CodeBlock.isSettingItem(line))) {
                endText();
                code.add(line);
                return;
            }
            Matcher item = ITEM.matcher(line);
            if (item.matches() && !RULE.matcher(line).matches()) {
                endCode();
                endParagraph(true);
                items.add(item.group(1).strip());
                return;
            }
            if (line.isBlank()) {
                endCode();
                // a blank line between an introduction and its list, or between items, doesn't part them
                endParagraph(true);
                return;
            }
            if (continuesItem(line)) {
                items.set(items.size() - 1, items.get(items.size() - 1) + " " + line.strip());
                return;
            }
            Matcher heading = HEADING.matcher(line);
            if (heading.matches()) {
                endText();
                endCode();
                section(withoutClosingMarks(heading.group(1)));
            } else if (RULE.matcher(line).matches()) {
                endText();
            } else if (paragraphLines == 0 && CodeBlock.isLine(line)) {
                endText();
                code.add(line);
            } else {
                endCode();
                endList();
                appendToParagraph(line);
            }
        }

        List<Sentence> end() {
            endText();
            endCode();
            boolean nothingElse = sentences.isEmpty();
            if (nothingElse) {
                headings.forEach(heading -> sentences.add(new Sentence(heading, "", "", Kind.PROSE)));
            }
            return sentences;
        }

        private boolean readComment(String line) {
            @Nullable String comment = comments.read(line);
            if (comment == null) {
                return false;
            }
            endCode();
            if (comment.isEmpty()) {
                endText();
            } else {
                endList();
                appendToParagraph(comment);
            }
            if (!comments.isInside()) {
                endText();
            }
            return true;
        }

        private boolean continuesItem(String line) {
            return !items.isEmpty()
                    && Character.isWhitespace(line.charAt(0))
                    && items.get(items.size() - 1).length() < CodeBlock.LONGEST_LINE;
        }

        private void appendToParagraph(String line) {
            paragraph.append(paragraph.isEmpty() ? "" : " ").append(line.strip());
            paragraphLines++;
        }

        private void endText() {
            endParagraph(false);
            endList();
        }

        private void endCode() {
            for (String text : code.end()) {
                sentences.add(new Sentence(text, lead, section, Kind.CODE));
            }
        }

        private void endParagraph(boolean listMayFollow) {
            String text = collapse(paragraph);
            boolean oneLine = paragraphLines == 1;
            paragraph.setLength(0);
            paragraphLines = 0;
            if (text.isEmpty()) {
                return;
            }
            endList();
            if (oneLine && isHeading(text)) {
                headings.add(text);
                section(text);
                return;
            }
            List<String> parts = SentenceBreaker.sentences(text);
            for (int i = 0; i < parts.size(); i++) {
                String part = parts.get(i);
                boolean last = i == parts.size() - 1;
                if (last && listMayFollow && part.endsWith(":")) {
                    introduction = part;
                } else {
                    add(part);
                }
            }
        }

        private void endList() {
            if (items.isEmpty()) {
                if (!introduction.isEmpty()) {
                    add(introduction);
                    introduction = "";
                }
                return;
            }
            String whole = introduction + " " + String.join("; ", items);
            if (!introduction.isEmpty() && whole.length() <= SentenceBreaker.LONGEST) {
                add(collapse(whole));
            } else {
                String before = introduction.isEmpty() ? lead : introduction;
                for (String item : items) {
                    lead = before;
                    for (String part : SentenceBreaker.sentences(collapse(item))) {
                        add(part);
                    }
                }
            }
            items.clear();
            introduction = "";
        }

        private void add(String quote) {
            String text = SentenceBreaker.withoutLoneMarks(quote);
            if (!hasWord(text)) {
                return;
            }
            if (text.endsWith("?")) {
                headings.add(text);
                lead = text;
                return;
            }
            sentences.add(new Sentence(text, lead, section, Kind.PROSE));
            lead = "";
        }

        private void section(String heading) {
            lead = heading;
            section = context.isEmpty() ? heading : context + ARROW + heading;
        }
    }

    private static String withoutClosingMarks(String heading) {
        int end = heading.length();
        while (end > 0 && (heading.charAt(end - 1) == '#' || heading.charAt(end - 1) == ' ')) {
            end--;
        }
        return heading.substring(0, end);
    }

    private static boolean isHeading(String text) {
        String plain = CLOSING_EMPHASIS.matcher(text).replaceFirst("");
        char last = plain.isEmpty() ? '.' : plain.charAt(plain.length() - 1);
        return text.length() <= LONGEST_HEADING
                && ".!?:;,…\"')]。！？".indexOf(last) < 0
                && text.split(" ", MOST_HEADING_WORDS + 1).length <= MOST_HEADING_WORDS;
    }

    private static String collapse(CharSequence text) {
        return text.toString().replaceAll("\\s+", " ").strip();
    }

    private static boolean hasWord(String text) {
        return text.codePoints().anyMatch(Character::isLetterOrDigit);
    }
}
