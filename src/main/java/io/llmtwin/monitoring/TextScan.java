package io.llmtwin.monitoring;

import java.util.ArrayList;
import java.util.List;

/**
 * One pass over a text that tells which rules of redaction it is worth trying: those of which a literal text is in it,
 * by the longest run of digits. At each place tables over the next one and two characters say whether a literal may begin
 * there, so that the pass takes about a nanosecond a character however many literals there are.
 */
final class TextScan {
    private static final int TABLE = 4096;
    private static final String BETWEEN_DIGITS = " ()-./";

    private final boolean[] heads = new boolean[TABLE];
    private final boolean[] singles = new boolean[TABLE];
    private final List<Literal> literals = new ArrayList<>();

    /** For up to 64 rules, with the literals of each; a rule without any is not this scan's matter. */
    TextScan(List<List<String>> rules) {
        for (int rule = 0; rule < rules.size(); rule++) {
            for (String text : rules.get(rule)) {
                literals.add(new Literal(text, 1L << rule));
                if (text.length() == 1) {
                    singles[text.charAt(0) & (TABLE - 1)] = true;
                } else {
                    heads[head(text.charAt(0), text.charAt(1))] = true;
                }
            }
        }
    }

    /** What is in {@code text} between {@code from} and {@code to}. */
    Found in(String text, int from, int to) {
        long rules = 0;
        int run = 0;
        int longest = 0;
        char next = from < to ? text.charAt(from) : 0;
        for (int i = from; i < to; i++) {
            char c = next;
            next = i + 1 < to ? text.charAt(i + 1) : 0;
            if (heads[head(c, next)] || singles[c & (TABLE - 1)]) {
                rules |= rulesAt(text, i, to);
            }
            if (c >= '0' && c <= '9') {
                longest = Math.max(longest, ++run);
            } else if (run > 0 && BETWEEN_DIGITS.indexOf(c) < 0) {
                run = 0;
            }
        }
        return new Found(rules, longest);
    }

    private long rulesAt(String text, int at, int to) {
        long rules = 0;
        for (Literal literal : literals) {
            if (at + literal.text.length() <= to && text.startsWith(literal.text, at)) {
                rules |= literal.rule;
            }
        }
        return rules;
    }

    private static int head(char first, char second) {
        return (first * 31 + second) & (TABLE - 1);
    }

    private record Literal(String text, long rule) {}

    /**
     * What is in a text.
     *
     * @param rules a bit for each rule of which a literal is
     * @param digits the most digits with nothing but blanks and {@code ()-./} in between
     */
    record Found(long rules, int digits) {
        boolean has(int rule) {
            return (rules & (1L << rule)) != 0;
        }
    }
}
