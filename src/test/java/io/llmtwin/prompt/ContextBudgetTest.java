package io.llmtwin.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmtwin.llm.LlmLimits;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class ContextBudgetTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Exchange EXCHANGE = new DefaultExchange(new DefaultCamelContext());

    @Test
    void check_questionAloneTooLong_isRefusedBeforeAnythingIsSpentOnIt() throws Exception {
        try (WordTokenizer tokenizer = new WordTokenizer(100_000)) {
            ContextBudget budget = new ContextBudget(new LlmLimits(1000, 1000), tokenizer.tokens(LONG));
            assertThatThrownBy(() -> budget.check(EXCHANGE, "word ".repeat(1001)))
                    .isInstanceOf(PromptTooLongException.class)
                    .hasMessageContaining("1001 tokens");
            assertThatCode(() -> budget.check(EXCHANGE, "word ".repeat(1000))).doesNotThrowAnyException();
        }
    }

    @Test
    void check_shortQuestion_isNotCounted() throws Exception {
        try (WordTokenizer tokenizer = new WordTokenizer(100_000)) {
            ContextBudget budget = new ContextBudget(new LlmLimits(1000, 1000), tokenizer.tokens(LONG));
            budget.check(EXCHANGE, "What is it?");
            assertThat(tokenizer.server().requests()).isEmpty();
        }
    }

    @Test
    void estimate_otherScripts_countsATokenACharacter() {
        assertThat(TokenEstimate.of("日本語のテキスト")).isEqualTo(8);
        assertThat(TokenEstimate.of("seven characters a word")).isBetween(5, 8);
    }
}
