package io.llmtwin.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rule against made questions: those it was written on, and others made before it was tried on them. */
class AuthorRuleTest {
    private static final AuthorNames AUTHORS = new AuthorNames(
            List.of("Ada Lovelace", "Alan Turing", "Grace Hopper", "Renée Dubois", "LLM Twin", "Li Wei"));

    @Test
    void rule_questionsItWasWrittenOn_areAllUnderstood() throws IOException {
        Outcome outcome = outcome("author-questions.tsv");
        assertThat(outcome.invented).isEmpty();
        assertThat(outcome.missed).isEmpty();
    }

    @Test
    void rule_otherQuestions_neverGetAnAuthorTheyDidNotAskFor() throws IOException {
        Outcome outcome = outcome("author-questions-held-out.tsv");
        assertThat(outcome.invented).isEmpty();
        assertThat(outcome.missed).hasSizeLessThanOrEqualTo(outcome.asking / 5);
    }

    private static Outcome outcome(String file) throws IOException {
        Outcome outcome = new Outcome();
        for (String line : lines(file)) {
            String expected = line.substring(0, line.indexOf('\t'));
            List<String> question = NameWords.of(line.substring(line.indexOf('\t')));
            Set<String> asked = AuthorRule.mayAsk(question) ? AuthorRule.asked(question, AUTHORS) : Set.of();
            Set<String> right = expected.equals("-") ? Set.of() : Set.of(expected);
            outcome.asking += right.size();
            if (!right.containsAll(asked)) {
                outcome.invented.add(line + " -> " + asked);
            } else if (!asked.containsAll(right)) {
                outcome.missed.add(line);
            }
        }
        return outcome;
    }

    private static List<String> lines(String file) throws IOException {
        try (InputStream stream = AuthorRuleTest.class.getResourceAsStream(file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private static final class Outcome {
        private final List<String> invented = new ArrayList<>();
        private final List<String> missed = new ArrayList<>();
        private int asking;
    }
}
