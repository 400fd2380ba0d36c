package io.llmtwin.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StepTimingsTest {
    private static final long MILLISECOND = 1_000_000;

    @Test
    void steps_always_standInTheOrderTheyEndedWithTotalAndOverheadLast() {
        StepTimings timings = new StepTimings();
        timings.step("expand", 0, 3 * MILLISECOND, null);
        timings.step("retrieve", 0, 2 * MILLISECOND, null);
        assertThat(timings.milliseconds()).containsEntry("expand", 3.0).containsEntry("retrieve", 2.0);
        assertThat(timings.milliseconds().keySet()).containsExactly("expand", "retrieve", "total", "overhead");
    }

    @Test
    void overhead_upstreamsSideBySide_countsTheirTimeOnce() {
        StepTimings timings = new StepTimings();
        long now = System.nanoTime();
        timings.upstream(now, now + 10 * MILLISECOND);
        timings.upstream(now + 2 * MILLISECOND, now + 8 * MILLISECOND);
        timings.upstream(now + 5 * MILLISECOND, now + 15 * MILLISECOND);
        Map<String, Double> result = timings.milliseconds();
        assertThat(result.get("total") - result.get("overhead")).isBetween(14.9, 15.1);
    }

    @Test
    void overhead_readTwice_countsNothingTwice() {
        StepTimings timings = new StepTimings();
        long now = System.nanoTime();
        timings.upstream(now, now + 5 * MILLISECOND);
        timings.milliseconds();
        Map<String, Double> again = timings.milliseconds();
        assertThat(again.get("total") - again.get("overhead")).isBetween(4.9, 5.1);
    }
}
