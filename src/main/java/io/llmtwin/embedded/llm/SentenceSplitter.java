package io.llmtwin.embedded.llm;

import io.llmtwin.embedded.llm.Sentence.Kind;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits the text of a source, prose or Markdown, into what can be quoted on its own.
 *
 * <p>A paragraph becomes its sentences, a list item stays whole, and a short list stays with the line that introduces
 * it. Code, fenced or not, and tables stay whole. A heading or a question is not quoted: it leads what follows it.
 */
final class SentenceSplitter {
    private static final int LONGEST_SENTENCE = 500;
    /** A longer line is prose, whatever it begins with; so no pattern meets a line that it could labour on. */
    private static final int LONGEST_MARKED_LINE = 2_000;

    private static final int LONGEST_HEADING = 80;
    private static final int MOST_HEADING_WORDS = 10;
    private static final Set<String> ABBREVIATIONS = Set.of(
            "e.g.", "i.e.", "etc.", "vs.", "cf.", "approx.", "dr.", "mr.", "mrs.", "ms.", "prof.", "st.", "no.", "fig.",
            "eq.", "sec.", "ch.", "vol.", "al.", "inc.", "ltd.", "co.", "corp.", "jr.", "sr.", "u.s.", "ca.", "p.",
            "pp.");
    private static final Pattern FENCE = Pattern.compile("^\\s{0,8}(?:```|~~~).*");
    private static final Pattern HEADING = Pattern.compile("^\\s{0,3}#{1,6}\\s+(\\S.*)$");
    private static final Pattern ITEM = Pattern.compile("^\\s{0,20}(?:[-*+•–]|\\d{1,3}[.)])\\s+(\\S.*)$");
    private static final Pattern RULE = Pattern.compile("^[\\s=*_-]*$");
    private static final Pattern CODE = Pattern.compile(
            "^(?:\\t| {4,}).*|.*[{};]\\s*$|^\\s*(?:\\$ |>>> |\\|.*\\||import [\\w.{]|from \\w+ import |def \\w+\\(|#!|//|/\\*|@\\w+\\().*");
    private static final Pattern INITIAL = Pattern.compile("\\p{Lu}\\.");

    List<Sentence> split(String text) {
        Pass pass = new Pass();
        text.lines().forEach(pass::read);
        return pass.end();
    }

    /** One reading of one text. */
    private static final class Pass {
        private final List<Sentence> sentences = new ArrayList<>();
        private final List<String> headings = new ArrayList<>();
        private final StringBuilder paragraph = new StringBuilder();
        private final StringBuilder code = new StringBuilder();
        private final List<String> items = new ArrayList<>();
        private String introduction = "";
        private String lead = "";
        private int paragraphLines;
        private boolean fenced;

        void read(String line) {
            if (line.length() > LONGEST_MARKED_LINE) {
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
                code.append(line).append('\n');
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
                lead(withoutClosingMarks(heading.group(1)));
            } else if (RULE.matcher(line).matches()) {
                endText();
            } else if (paragraphLines == 0 && CODE.matcher(line).matches()) {
                endText();
                code.append(line).append('\n');
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
                headings.forEach(heading -> sentences.add(new Sentence(heading, "", Kind.PROSE)));
            }
            return sentences;
        }

        private boolean continuesItem(String line) {
            return !items.isEmpty()
                    && Character.isWhitespace(line.charAt(0))
                    && items.get(items.size() - 1).length() < LONGEST_MARKED_LINE;
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
            String text = code.toString().stripTrailing();
            code.setLength(0);
            if (hasWord(text)) {
                sentences.add(new Sentence(text, lead, Kind.CODE));
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
                lead(text);
                return;
            }
            List<String> parts = sentencesOf(text);
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
            if (!introduction.isEmpty() && whole.length() <= LONGEST_SENTENCE) {
                add(collapse(whole));
            } else {
                String before = introduction.isEmpty() ? lead : introduction;
                for (String item : items) {
                    lead = before;
                    for (String part : sentencesOf(collapse(item))) {
                        add(part);
                    }
                }
            }
            items.clear();
            introduction = "";
        }

        private void add(String text) {
            if (!hasWord(text)) {
                return;
            }
            if (text.endsWith("?")) {
                lead(text);
                return;
            }
            sentences.add(new Sentence(text, lead, Kind.PROSE));
            lead = "";
        }

        private void lead(String text) {
            headings.add(text);
            lead = text;
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
        char last = text.charAt(text.length() - 1);
        return text.length() <= LONGEST_HEADING
                && ".!?:;,…\"')]。！？".indexOf(last) < 0
                && text.split(" ", MOST_HEADING_WORDS + 1).length <= MOST_HEADING_WORDS;
    }

    private static List<String> sentencesOf(String paragraph) {
        BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ENGLISH);
        breaks.setText(paragraph);
        List<String> parts = new ArrayList<>();
        int start = breaks.first();
        for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
            String part = paragraph.substring(start, end).strip();
            if (end - start < LONGEST_SENTENCE && end < paragraph.length() && endsInAbbreviation(part)) {
                continue;
            }
            start = end;
            addInPieces(part, parts);
        }
        addInPieces(paragraph.substring(start).strip(), parts);
        return parts;
    }

    private static boolean endsInAbbreviation(String part) {
        String word = part.substring(part.lastIndexOf(' ') + 1);
        while (!word.isEmpty() && "([\"'".indexOf(word.charAt(0)) >= 0) {
            word = word.substring(1);
        }
        return ABBREVIATIONS.contains(word.toLowerCase(Locale.ROOT))
                || INITIAL.matcher(word).matches();
    }

    private static void addInPieces(String part, List<String> parts) {
        int start = 0;
        while (part.length() - start > LONGEST_SENTENCE) {
            int limit = start + LONGEST_SENTENCE;
            int space = part.lastIndexOf(' ', limit);
            int cut = space > start ? space : limit;
            if (Character.isHighSurrogate(part.charAt(cut - 1))) {
                cut--;
            }
            parts.add(part.substring(start, cut).strip());
            start = cut;
        }
        String rest = part.substring(start).strip();
        if (!rest.isEmpty()) {
            parts.add(rest);
        }
    }

    private static String collapse(CharSequence text) {
        return text.toString().replaceAll("\\s+", " ").strip();
    }

    private static boolean hasWord(String text) {
        return text.codePoints().anyMatch(Character::isLetterOrDigit);
    }
}
