package io.llmtwin.retrieval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;

/** A text as the words by which names are compared: runs of letters and digits, without case and accents. */
final class NameWords {
    /** No name has more of them. */
    static final int LONGEST_NAME = 8;

    private NameWords() {}

    /** The words of {@code text}, in order; the {@code 's} of a possessive is a word {@code s} of its own. */
    static List<String> of(String text) {
        String folded = folded(TextCleaner.clean(text)).toLowerCase(Locale.ROOT);
        List<String> words = new ArrayList<>();
        int from = -1;
        for (int i = 0; i <= folded.length(); i++) {
            boolean inside = i < folded.length() && Character.isLetterOrDigit(folded.charAt(i));
            if (inside && from < 0) {
                from = i;
            } else if (!inside && from >= 0) {
                words.add(folded.substring(from, i));
                from = -1;
            }
        }
        return words;
    }

    /** Whether {@code name} stands in {@code text}, word after word; never for no words at all. */
    static boolean stands(List<String> name, List<String> text) {
        return !name.isEmpty() && Collections.indexOfSubList(text, name) >= 0;
    }

    private static String folded(String text) {
        char[] folded = new char[4 * text.length()];
        int length = ASCIIFoldingFilter.foldToASCII(text.toCharArray(), 0, folded, 0, text.length());
        return new String(folded, 0, length);
    }
}
