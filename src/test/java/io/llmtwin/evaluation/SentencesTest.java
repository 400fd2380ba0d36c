package io.llmtwin.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SentencesTest {
    @Test
    void of_anAnswerWithCitationsAndLists_isWhatItSays() {
        assertThat(Sentences.of("""
                        ## What happens then
                        The fused order is kept. [1] The answer carries a warning [2, 3].

                        - the first passages stay
                        1. nobody else is asked
                        Yes.
                        """))
                .containsExactly(
                        "What happens then",
                        "The fused order is kept.",
                        "The answer carries a warning.",
                        "the first passages stay",
                        "nobody else is asked");
    }

    @Test
    void of_nothing_isNothing() {
        assertThat(Sentences.of("")).isEmpty();
        assertThat(Sentences.of("[1]\n```\n...")).isEmpty();
    }
}
