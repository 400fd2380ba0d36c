package io.llmtwin.ingest;

import java.util.ArrayList;
import java.util.List;

/** Cuts a text that has no better seam: between words, or within one that is itself too large. Linear. */
final class WordSplitter {
    private WordSplitter() {}

    /** The parts of {@code text} in order, none larger than {@code limit}; the text itself if it fits. */
    static List<String> split(String text, int limit) {
        if (TextSize.of(text) <= limit) {
            return List.of(text);
        }
        List<String> parts = new ArrayList<>();
        int start = 0;
        int size = 0;
        int word = 0;
        while (word < text.length()) {
            int end = endOfWord(text, word, Math.min(text.length(), word + limit + 1));
            int wordSize = TextSize.of(text.substring(word, end));
            if (wordSize > limit) {
                end = cut(text, word, limit);
                wordSize = TextSize.of(text.substring(word, end));
            }
            if (size + wordSize > limit) {
                add(parts, text.substring(start, word));
                start = word;
                size = 0;
            }
            size += wordSize;
            word = end;
        }
        add(parts, text.substring(start));
        return parts;
    }

    /** The end of the word at {@code from}, with the white space before it, looking no further than {@code to}. */
    private static int endOfWord(String text, int from, int to) {
        int end = from;
        while (end < to && Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        while (end < to && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int cut(String text, int from, int limit) {
        int end = Math.min(text.length(), from + limit);
        while (TextSize.of(text.substring(from, end)) > limit) {
            end = from + (end - from) * 3 / 4;
        }
        return end < text.length() && Character.isLowSurrogate(text.charAt(end)) ? end - 1 : end;
    }

    private static void add(List<String> parts, String part) {
        if (!part.isBlank()) {
            parts.add(part.stripTrailing());
        }
    }
}
