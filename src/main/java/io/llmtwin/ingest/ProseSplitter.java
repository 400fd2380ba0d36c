package io.llmtwin.ingest;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cuts prose between sentences, sentences that are too long between lines, and lines between words. Linear. */
final class ProseSplitter {
    private final BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);

    /** The sentences of {@code text} in order, none larger than {@code limit}. */
    List<Sentence> split(String text, int limit) {
        List<Sentence> parts = new ArrayList<>();
        sentences.setText(text);
        int start = 0;
        for (int end = sentences.next(); end != BreakIterator.DONE; end = sentences.next()) {
            String separator = separatorAt(text, start);
            String sentence = text.substring(start, end).strip();
            if (TextSize.of(sentence) <= limit) {
                add(parts, sentence, separator);
            } else {
                lines(parts, sentence, separator, limit);
            }
            start = end;
        }
        return parts;
    }

    /** The last sentence of {@code text}; all of it if there is only one. */
    String last(String text) {
        sentences.setText(text);
        sentences.last();
        int start = sentences.previous();
        return text.substring(Math.max(0, start)).strip();
    }

    private static void lines(List<Sentence> parts, String sentence, String separator, int limit) {
        String before = separator;
        for (String line : sentence.split("\n", -1)) {
            for (String words : WordSplitter.split(line, limit)) {
                boolean spaced = before.isEmpty() && Character.isWhitespace(words.charAt(0));
                add(parts, words.strip(), spaced ? " " : before);
                before = "";
            }
            before = "\n";
        }
    }

    private static void add(List<Sentence> parts, String text, String separator) {
        if (!text.isEmpty()) {
            parts.add(new Sentence(text, separator));
        }
    }

    private static String separatorAt(String text, int position) {
        if (position == 0 || !Character.isWhitespace(text.charAt(position - 1))) {
            return "";
        }
        return text.charAt(position - 1) == '\n' ? "\n" : " ";
    }

    /**
     * A sentence, or what could be had of one.
     *
     * @param separator what stood between it and the one before: a space, a line end or nothing
     */
    record Sentence(String text, String separator) {}
}
