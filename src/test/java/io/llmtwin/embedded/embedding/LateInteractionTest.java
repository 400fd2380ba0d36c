package io.llmtwin.embedded.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.langchain4j.data.embedding.Embedding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LateInteractionTest {
    private static final List<String> PASSAGES = List.of(
            "The invoice is due on the first of May.",
            "In winter the cluster of bees shivers to heat the hive.",
            "The lighthouse keeper wrote his log each night.",
            "Payment is expected within thirty days of the invoice.",
            "Ships passed the light and the keeper counted them.",
            "The tide rises twice a day in the harbour.",
            "Bread needs flour, water, salt and time.",
            "The queen bee lays her eggs in the hive.");

    private static OnnxEmbeddingModel model;

    @BeforeAll
    static void load() {
        model = new OnnxEmbeddingModel(2);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void scores_ofAPassageThatAnswers_areTheGreatest() {
        List<Double> scores = scores(PASSAGES, Collections.nCopies(PASSAGES.size(), 0.5));
        assertThat(scores).hasSize(PASSAGES.size()).allSatisfy(score -> assertThat(score)
                .isBetween(0.0, 1.0));
        assertThat(scores.indexOf(Collections.max(scores))).isEqualTo(1);
    }

    @Test
    void scores_ofTheSamePassages_areTheSameEachTime() {
        List<Double> found = List.of(0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2);
        assertThat(scores(PASSAGES, found)).isEqualTo(scores(PASSAGES, found));
    }

    @Test
    void scores_ofASinglePassage_areNumbers() {
        assertThat(scores(List.of("alone"), List.of(1.0))).containsExactly(0.0);
        assertThat(scores(List.of(), List.of())).isEmpty();
    }

    @Test
    void scores_ofEmptyTexts_areNumbers() {
        assertThat(new LateInteraction(model, 9, Duration.ofSeconds(60))
                        .scores("", List.of(new Candidate("", 1, null), new Candidate("a", 0, null))))
                .allSatisfy(score -> assertThat(score).isFinite());
    }

    @Test
    void passages_notReadWithinTheLimit_areGivenUp() {
        LateInteraction hurried = new LateInteraction(model, 9, Duration.ofNanos(1));
        assertThatThrownBy(() -> hurried.scores("question", candidates(PASSAGES, Collections.nCopies(8, 1.0))))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void thread_interrupted_givesUpAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> scores(PASSAGES, Collections.nCopies(8, 1.0)))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void maxSim_ofATextWithItself_isOne() {
        TokenVectors tokens = model.tokenVectors("How do bees keep warm?", 160);
        assertThat(tokens.maxSim(TokenWeights.of(tokens.ids()), tokens)).isCloseTo(1, within(1e-5));
    }

    @Test
    void tokenVectors_ofALongText_areCut() {
        assertThat(model.tokenVectors("hive ".repeat(400), 160).ids())
                .hasSize(160)
                .startsWith(101)
                .endsWith(102);
        assertThat(model.tokenVectors("hive", 160).ids()).hasSize(3);
    }

    @Test
    void weights_always_areOneInSumAndGreaterForRareWords() {
        double[] weights =
                TokenWeights.of(model.tokenVectors("the lighthouse", 160).ids());
        assertThat(Arrays.stream(weights).sum()).isCloseTo(1, within(1e-9));
        assertThat(weights[2]).isGreaterThan(5 * weights[1]);
        assertThat(weights[0]).isEqualTo(weights[weights.length - 1]).isBetween(weights[1], weights[2]);
    }

    @Test
    void smoothing_always_drawsAPassageTowardsThoseLikeIt() {
        List<Embedding> vectors = new ArrayList<>(Collections.nCopies(7, Embedding.from(new float[] {1, 0})));
        vectors.addAll(Collections.nCopies(7, Embedding.from(new float[] {0, 1})));
        double[] scores = {1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1};
        double[] smoothed = NeighbourSmoothing.smoothed(scores, vectors);
        assertThat(smoothed[6]).isGreaterThan(smoothed[7]);
        assertThat(smoothed[0]).isGreaterThan(smoothed[13]);
        assertThat(smoothed[6]).isLessThan(smoothed[0]);
    }

    @Test
    void smoothing_passageWithoutAVector_keepsItsScoreAndIsNobodysNeighbour() {
        Embedding one = Embedding.from(new float[] {1, 0});
        assertThat(NeighbourSmoothing.smoothed(new double[] {0.5, 0.5, 1}, Arrays.asList(one, one, null)))
                .containsExactly(0.5, 0.5, 1);
    }

    @Test
    void scores_ofACandidateBehindTheDepth_areTheSearchsAlone() {
        LateInteraction first = new LateInteraction(model, 1, Duration.ofSeconds(60));
        List<Candidate> candidates = List.of(
                new Candidate("Bread needs flour.", 3, null),
                new Candidate("In winter the cluster of bees shivers to heat the hive.", 2, null),
                new Candidate("The tide rises twice a day.", 1, null));
        assertThat(first.scores("How do bees keep warm?", candidates)).containsExactly(0.5, 0.5, 0.0);
    }

    private static List<Double> scores(List<String> passages, List<Double> found) {
        return new LateInteraction(model, 9, Duration.ofSeconds(60))
                .scores("How do bees keep warm?", candidates(passages, found));
    }

    private static List<Candidate> candidates(List<String> passages, List<Double> found) {
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < passages.size(); i++) {
            String text = passages.get(i);
            candidates.add(new Candidate(text, found.get(i), model.embed(text).content()));
        }
        return candidates;
    }
}
