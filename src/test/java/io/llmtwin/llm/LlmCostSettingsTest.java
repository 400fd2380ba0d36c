package io.llmtwin.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LlmCostSettingsTest {
    private static final ChatCompletion.Usage USAGE = new ChatCompletion.Usage(1_000, 200, 1_200);

    @Test
    void cost_withoutPrices_isNothing() {
        assertThat(new LlmCostSettings(0, 0, 0).of(USAGE, 3)).isZero();
    }

    @Test
    void cost_byTheToken_tellsPromptFromCompletion() {
        LlmCostSettings prices = new LlmCostSettings(0.5, 1.5, 0);
        assertThat(prices.of(USAGE, 3)).isCloseTo(0.0008, within(1e-12));
        assertThat(prices.of(null, 3)).isZero();
    }

    @Test
    void cost_byTheSecond_needsNoUsage() {
        assertThat(new LlmCostSettings(0, 0, 0.0004).of(null, 2.5)).isCloseTo(0.001, within(1e-12));
    }

    @Test
    void prices_thatAreNone_areRefusedByName() {
        assertThatThrownBy(() -> new LlmCostSettings(-1, 0, 0)).hasMessageContaining("LLM_COST_PER_1M_PROMPT_TOKENS");
        assertThatThrownBy(() -> new LlmCostSettings(0, Double.NaN, 0))
                .hasMessageContaining("LLM_COST_PER_1M_COMPLETION_TOKENS");
        assertThatThrownBy(() -> new LlmCostSettings(1, 1, 1)).hasMessageContaining("LLM_COST_PER_GPU_SECOND");
    }
}
