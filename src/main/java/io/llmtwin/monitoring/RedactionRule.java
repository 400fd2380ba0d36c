package io.llmtwin.monitoring;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one kind of personal data or secret looks like. Patterns are RE2's, which take time in proportion to the text
 * whatever it says. Because they still cost some 100 ns a character, a line is looked at only if it has what every match
 * has: one of some literal texts, or a run of digits.
 */
final class RedactionRule {
    private final String mark;
    private final Pattern pattern;
    private final List<String> contains;
    private final int digits;
    private final boolean luhn;
    private final boolean acrossLines;

    /**
     * A rule as it is written in YAML.
     *
     * @param name what stands in brackets in place of a match
     * @param pattern RE2's syntax
     * @param contains literal texts of which each match has one; null for none
     * @param digits how many digits each match has at least, with nothing but separators in between
     * @param luhn whether the digits of a match must pass Luhn's check
     * @param acrossLines whether a match may go over several lines
     * @throws IllegalArgumentException if the rule is none
     */
    @JsonCreator
    RedactionRule(
            @JsonProperty(value = "name", required = true) String name,
            @JsonProperty(value = "pattern", required = true) String pattern,
            @JsonProperty("contains") @Nullable List<String> contains,
            @JsonProperty("digits") int digits,
            @JsonProperty("luhn") boolean luhn,
            @JsonProperty("across-lines") boolean acrossLines) {
        this.mark = "[" + name + "]";
        this.contains = contains == null ? List.of() : List.copyOf(contains);
        this.digits = digits;
        this.luhn = luhn;
        this.acrossLines = acrossLines;
        try {
            this.pattern = Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("the pattern of the rule '" + name + "' is wrong: " + e.getMessage(), e);
        }
        if (this.pattern.matches("")) {
            throw new IllegalArgumentException("the pattern of the rule '" + name + "' matches nothing at all");
        }
    }

    /** Literal texts of which each match has one; empty for none. */
    List<String> contains() {
        return contains;
    }

    /** How many digits each match has, with nothing but separators in between; 0 for any. */
    int digits() {
        return digits;
    }

    /** Whether a match may go over several lines. */
    boolean acrossLines() {
        return acrossLines;
    }

    /** {@code text} with the rule's name in place of each match; {@code text} itself where there is none. */
    String apply(String text) {
        Matcher match = pattern.matcher(text);
        StringBuilder result = null;
        int copied = 0;
        while (match.find()) {
            if (luhn && !passesLuhn(match.group())) {
                continue;
            }
            result = result == null ? new StringBuilder(text.length()) : result;
            result.append(text, copied, match.start()).append(mark);
            copied = match.end();
        }
        return result == null
                ? text
                : result.append(text, copied, text.length()).toString();
    }

    /** The check digit of ISO/IEC 7812-1, annex B. */
    private static boolean passesLuhn(String number) {
        int sum = 0;
        boolean twice = false;
        for (int i = number.length() - 1; i >= 0; i--) {
            int digit = number.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                continue;
            }
            int counted = twice ? 2 * digit : digit;
            sum += counted > 9 ? counted - 9 : counted;
            twice = !twice;
        }
        return sum % 10 == 0;
    }
}
