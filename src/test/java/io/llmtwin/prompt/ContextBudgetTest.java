package io.llmtwin.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmtwin.pipeline.RequestScope;
import io.llmtwin.retrieval.Passage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class ContextBudgetTest {
    private final ContextBudget budget = new ContextBudget(new PromptSettings(1000, 2000));
    private final Exchange exchange = exchange();

    @Test
    void pack_allFits_keepsAllAndWarnsOfNothing() {
        List<Passage> passages = List.of(passage("a", 500), passage("b", 500));
        assertThat(budget.pack(exchange, "question", passages)).isEqualTo(passages);
        assertThat(RequestScope.warnings(exchange)).isEmpty();
    }

    @Test
    void pack_tooMuch_dropsWholePassagesFromTheEndAndSaysSo() {
        List<Passage> passages = List.of(passage("a", 1500), passage("b", 1500), passage("c", 10));
        assertThat(budget.pack(exchange, "question", passages)).containsExactly(passages.get(0));
        assertThat(RequestScope.warnings(exchange)).containsExactly("context_dropped");
    }

    @Test
    void pack_questionAloneTooLong_isRefused() {
        assertThatThrownBy(() -> budget.pack(exchange, "word ".repeat(2000), List.of()))
                .isInstanceOf(PromptTooLongException.class)
                .hasMessageContaining("tokens");
    }

    @Test
    void estimate_otherScripts_countsATokenACharacter() {
        assertThat(TokenEstimate.of("日本語のテキスト")).isEqualTo(8);
        assertThat(TokenEstimate.of("seven characters a word")).isBetween(5, 8);
    }

    private static Passage passage(String id, int length) {
        return new Passage(id, id, "vector_posts", 1, Map.of(), "x".repeat(length), null, null, null, null, null);
    }

    private static Exchange exchange() {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setVariable(RequestScope.WARNINGS, new ArrayList<String>());
        return exchange;
    }
}
