package io.llmtwin.embedded.llm;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Breaks a paragraph into its sentences, none longer than {@value #LONGEST}. Emphasis, code spans and links stay whole;
 * a mark that has lost its other half neither opens nor closes a sentence.
 */
final class SentenceBreaker {
    static final int LONGEST = 500;

    private static final Set<String> ABBREVIATIONS = Set.of(
            "e.g.", "i.e.", "etc.", "vs.", "cf.", "approx.", "dr.", "mr.", "mrs.", "ms.", "prof.", "st.", "no.", "fig.",
            "eq.", "sec.", "ch.", "vol.", "al.", "inc.", "ltd.", "co.", "corp.", "jr.", "sr.", "u.s.", "ca.", "p.",
            "pp.");
    private static final Pattern INITIAL = Pattern.compile("\\p{Lu}\\.");
    private static final Pattern SPAN = Pattern.compile("(?<!`)(`{1,3}+)[^`]{1,300}+\\1"
            + "|(?<![\\w*/])(\\*{1,3}+)(?=\\S)[^*]{1,300}(?<=\\S)\\2"
            + "|(?<!\\w)(_{1,2}+)(?=\\S)[^_]{1,300}(?<=\\S)\\3(?!\\w)"
            + "|\\[[^\\[\\]]{1,300}+]\\([^()\\s]{1,300}+\\)");
    private static final Pattern LEAD_IN = Pattern.compile("(\\*{1,3}|_{1,2})[^*_]{1,60}\\1[.:!]?");
    private static final Pattern OPENING_MARKS = Pattern.compile("^[.,;:!?)\\s]{0,9}[*`]{1,9}\\s{0,9}");
    private static final Pattern CLOSING_MARKS = Pattern.compile("(?<=[^*`/])[*`]{1,9}(?=[.,;:!?)]{0,9}$)");

    private SentenceBreaker() {}

    static List<String> sentences(String paragraph) {
        List<MatchResult> spans = SPAN.matcher(paragraph).results().toList();
        BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ENGLISH);
        breaks.setText(paragraph);
        List<String> parts = new ArrayList<>();
        int start = breaks.first();
        int span = 0;
        for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
            while (span < spans.size() && spans.get(span).end() <= end) {
                span++;
            }
            boolean insideSpan = span < spans.size() && spans.get(span).start() < end;
            String part = paragraph.substring(start, end).strip();
            if (end - start < LONGEST
                    && end < paragraph.length()
                    && (insideSpan
                            || isBeforeMark(paragraph, end)
                            || endsInAbbreviation(part)
                            || isLeadIn(start, part))) {
                continue;
            }
            start = end;
            addInPieces(part, parts);
        }
        addInPieces(paragraph.substring(start).strip(), parts);
        return parts;
    }

    /** {@code text} without a mark at either end that is not part of a pair. */
    static String withoutLoneMarks(String text) {
        List<MatchResult> spans = SPAN.matcher(text).results().toList();
        int start = 0;
        Matcher opening = OPENING_MARKS.matcher(text);
        if (opening.find() && (spans.isEmpty() || spans.get(0).start() > 0)) {
            start = opening.end();
        }
        int end = text.length();
        String rest = "";
        Matcher closing = CLOSING_MARKS.matcher(text);
        if (closing.find() && (spans.isEmpty() || spans.get(spans.size() - 1).end() < closing.end())) {
            end = closing.start();
            rest = text.substring(closing.end());
        }
        return start >= end ? "" : (text.substring(start, end).strip() + rest);
    }

    /** The break iterator also parts a word from the full stop or the emphasis that closes it. */
    private static boolean isBeforeMark(String paragraph, int at) {
        return !Character.isWhitespace(paragraph.charAt(at - 1)) && ".,;:!?*_`)".indexOf(paragraph.charAt(at)) >= 0;
    }

    private static boolean isLeadIn(int start, String part) {
        return start == 0 && LEAD_IN.matcher(part).matches();
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
        while (part.length() - start > LONGEST) {
            int limit = start + LONGEST;
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
}
