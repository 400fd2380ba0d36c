package io.llmtwin.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExperimentTest {
    private final Experiment experiment = experiment("one");

    @Test
    void split_ofManyConversations_isThatOfTheWeights() {
        int conversations = 100_000;
        long onSmall = IntStream.range(0, conversations)
                .filter(i -> experiment.armOf("conversation-" + i).equals("small"))
                .count();
        assertThat(100.0 * onSmall / conversations).isCloseTo(10, within(0.5));
    }

    @Test
    void arm_ofAConversation_isAlwaysTheSame() {
        assertThat(IntStream.range(0, 100).mapToObj(i -> experiment.armOf("a")).distinct())
                .hasSize(1);
    }

    @Test
    void arm_inAnotherExperiment_isIndependent() {
        Experiment other = experiment("two");
        long both = IntStream.range(0, 100_000)
                .filter(i -> experiment.armOf("c" + i).equals("small")
                        && other.armOf("c" + i).equals("small"))
                .count();
        assertThat(both / 1_000.0).isCloseTo(1, within(0.2));
    }

    private static Experiment experiment(String id) {
        return new Experiment(
                id, Instant.EPOCH, null, List.of(new Experiment.Arm("large", 90), new Experiment.Arm("small", 10)));
    }
}
