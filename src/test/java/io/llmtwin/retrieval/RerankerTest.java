package io.llmtwin.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.embedding.Embedding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RerankerTest {
    private static final RetrievalSettings RETRIEVAL = new RetrievalSettings(15, 2, 3);

    private final List<String> asked = new ArrayList<>();

    @Test
    void rerank_scoresOfTheModel_orderThePassages() {
        List<Passage> ranked = reranker(0.1, 0.9, 0.5).rerank("q", null, null, passages("a", "b", "c"));
        assertThat(ranked).extracting(Passage::content).containsExactly("b", "c");
        assertThat(ranked).extracting(Passage::score).containsExactly(0.9, 0.5);
        assertThat(ranked.get(0).scores()).containsEntry("rerank", 0.9);
    }

    @Test
    void rerank_limitOfASearch_takesThePlaceOfKeepTopK() {
        assertThat(reranker(1.0, 2.0, 3.0).rerank("q", 3, null, passages("a", "b", "c")))
                .extracting(Passage::content)
                .containsExactly("c", "b", "a");
    }

    @Test
    void rerank_passagesThatAreNotJudged_stayBelowInTheirOrderAndScore() {
        List<Passage> ranked = reranker(0.01, 0.02).rerank("q", 4, null, passages("a", "b", "c", "d"));
        assertThat(ranked).extracting(Passage::content).containsExactly("b", "a", "c", "d");
        assertThat(ranked).extracting(Passage::score).containsExactly(0.02, 0.01, 0.01, 0.01);
        assertThat(ranked.get(2).scores()).doesNotContainKey("rerank");
    }

    @Test
    void rerank_equalScores_keepTheOrder() {
        assertThat(reranker(1.0, 1.0, 1.0).rerank("q", 3, null, passages("c", "a", "b")))
                .extracting(Passage::content)
                .containsExactly("c", "a", "b");
    }

    @Test
    void rerank_noPassages_asksNoModel() {
        assertThat(reranker().rerank("q", null, null, List.of())).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void rerank_scoreThatIsNoNumber_fails() {
        assertThatThrownBy(() -> reranker(1.0, Double.NaN).rerank("q", null, null, passages("a", "b")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void rerank_moreScoresThanPassages_fails() {
        assertThatThrownBy(() -> reranker(1.0, 2.0).rerank("q", null, null, passages("a")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void rerank_always_cleansTheQuestionAndLeavesTheVectorsBehind() {
        Passage found = new Passage(
                "1", "1", "c", 1, Map.of(), "a", null, null, null, null, null, null, Embedding.from(new float[] {1}));
        assertThat(reranker(1.0).rerank("q\u200b ", null, null, List.of(found)))
                .extracting(Passage::vector)
                .containsOnlyNulls();
        assertThat(asked).containsExactly("q");
    }

    @Test
    void scores_ofStages_stayInTheirOrder() {
        Passage passage = passages("a").get(0);
        for (String stage : List.of("dense", "bm25", "fused", "rerank")) {
            passage = passage.scored(stage, 1);
        }
        assertThat(passage.scores().keySet()).containsExactly("dense", "bm25", "fused", "rerank");
    }

    private Reranker reranker(Double... scores) {
        RelevanceModel model = (question, passages) -> {
            asked.add(question);
            return List.of(scores);
        };
        return new Reranker(model, RETRIEVAL);
    }

    static RerankSettings settings(int depth) {
        return new RerankSettings(RerankSettings.Kind.AUTO, null, null, null, null, depth, Duration.ofSeconds(5));
    }

    static List<Passage> passages(String... contents) {
        return List.of(contents).stream()
                .map(content -> RankingTest.passage(content, content))
                .toList();
    }
}
