package io.llmtwin.pipeline.check;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import org.apache.lucene.util.automaton.CharacterRunAutomaton;
import org.apache.lucene.util.automaton.LevenshteinAutomata;
import org.jspecify.annotations.Nullable;

/** Which word was meant by one that isn't known. */
public final class Spelling {
    private static final int LONGEST_WORD = 100;

    private Spelling() {}

    /**
     * The one of {@code known} that is at most two slips of the pen from {@code word}, a slip being a letter too many,
     * too few, wrong, or swapped with its neighbour; a word of up to five letters may have one. Null where there is none.
     */
    public static @Nullable String closest(String word, Collection<String> known) {
        String lower = word.toLowerCase(Locale.ROOT);
        if (lower.length() < 2 || lower.length() > LONGEST_WORD) {
            return null;
        }
        LevenshteinAutomata slips = new LevenshteinAutomata(lower, true);
        int most = lower.length() <= 5 ? 1 : 2;
        for (int distance = 0; distance <= most; distance++) {
            CharacterRunAutomaton within = new CharacterRunAutomaton(slips.toAutomaton(distance));
            String match = known.stream()
                    .filter(candidate -> !candidate.equals(word) && within.run(candidate.toLowerCase(Locale.ROOT)))
                    .min(Comparator.naturalOrder())
                    .orElse(null);
            if (match != null) {
                return match;
            }
        }
        return null;
    }
}
