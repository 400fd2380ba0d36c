package io.llmtwin.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ContextBudgetTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @Test
    void check_questionAloneTooLong_isRefusedBeforeAnythingIsSpentOnIt() throws Exception {
        try (WordTokenizer tokenizer = new WordTokenizer(100_000)) {
            ContextBudget budget = new ContextBudget(new PromptSettings(1000, 2000), tokenizer.tokens(LONG));
            assertThatThrownBy(() -> budget.check("word ".repeat(1001)))
                    .isInstanceOf(PromptTooLongException.class)
                    .hasMessageContaining("1001 tokens");
            assertThatCode(() -> budget.check("word ".repeat(1000))).doesNotThrowAnyException();
        }
    }

    @Test
    void check_shortQuestion_isNotCounted() throws Exception {
        try (WordTokenizer tokenizer = new WordTokenizer(100_000)) {
            ContextBudget budget = new ContextBudget(new PromptSettings(1000, 2000), tokenizer.tokens(LONG));
            budget.check("What is it?");
            assertThat(tokenizer.server().requests()).isEmpty();
        }
    }

    @Test
    void estimate_otherScripts_countsATokenACharacter() {
        assertThat(TokenEstimate.of("日本語のテキスト")).isEqualTo(8);
        assertThat(TokenEstimate.of("seven characters a word")).isBetween(5, 8);
    }
}
