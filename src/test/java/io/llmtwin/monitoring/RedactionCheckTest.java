package io.llmtwin.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionCheckTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "!!javax.script.ScriptEngineManager []   | a mapping of keys to values is expected here",
                "[a, b]                                  | a mapping of keys to values is expected here",
                "rules: {a: b}                           | a list is expected here",
                "rules: [[a]]                            | a mapping of keys to values is expected here",
                "rules: [{name: a, pattern: [b]}]        | a text is expected here",
                "rules: [{name: a, pattern: b, digits: x}] | a whole number is expected here",
                "rules: [{name: a, pattern: b, luhn: x}] | true or false is expected here",
                "rules: [null]                           | these are no rules of redaction",
                "rules: [{name: a, pattern: null}]       | these are no rules of redaction",
            })
    void check_ofAnotherShape_saysWhatIsExpectedAndNoClass(String rules, String reason) {
        assertThat(reason(rules)).isEqualTo(reason);
    }

    @Test
    void check_brokenPattern_isToldInTheWordsOfThePatterns() {
        assertThat(reason("rules: [{name: a, pattern: '(b'}]"))
                .startsWith("the pattern of the rule 'a' is wrong: ")
                .contains("`(b`");
    }

    @Test
    void check_nestedTooDeep_isAProblem() {
        assertThat(reason("[".repeat(50_000))).isNotBlank().doesNotContain("llmtwin", "`");
        assertThat(reason("rules: " + "[".repeat(50_000))).isNotBlank().doesNotContain("llmtwin", "`");
    }

    private static String reason(String rules) {
        TreeMap<String, String> files = new TreeMap<>();
        files.put(RedactionRules.FILE, rules);
        return new RedactionCheck().check(files).get(0).reason();
    }
}
