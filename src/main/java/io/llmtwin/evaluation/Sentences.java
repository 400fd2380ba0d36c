package io.llmtwin.evaluation;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The sentences of a text, without citations, marks of lists and headings, and code fences. */
final class Sentences {
    private static final Pattern CITATION = Pattern.compile("\\s*\\[\\d{1,3}(?:\\s*[,;–-]\\s*\\d{1,3})*]");
    private static final Pattern MARK = Pattern.compile("^\\s*(?:[-*+•>]|#{1,6}|\\d{1,3}[.)])\\s+|^\\s*(?:```|~~~).*");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
    private static final int FEWEST_WORDS = 3;

    private Sentences() {}

    /** Those of {@code text} that have words enough to say something. */
    static List<String> of(String text) {
        List<String> sentences = new ArrayList<>();
        BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ENGLISH);
        for (String line : withoutCitations(text).lines().toList()) {
            String plain = MARK.matcher(line).replaceFirst("");
            breaks.setText(plain);
            int from = breaks.first();
            for (int to = breaks.next(); to != BreakIterator.DONE; from = to, to = breaks.next()) {
                String sentence = plain.substring(from, to).strip();
                if (WORD.matcher(sentence).results().count() >= FEWEST_WORDS) {
                    sentences.add(sentence);
                }
            }
        }
        return sentences;
    }

    /** {@code text} without the numbers of sources in it. */
    static String withoutCitations(String text) {
        return CITATION.matcher(text).replaceAll("");
    }
}
