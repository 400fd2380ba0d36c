package io.llmtwin.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TermWeightsTest {
    private final TermWeights terms = new TermWeights();

    @Test
    void indices_ofAnyText_areAscendingAsUnsignedNumbersAndDistinct() {
        List<Integer> indices = terms.ofPassage("one two three four five six seven eight nine ten one two")
                .indices();
        assertThat(indices).hasSize(10);
        assertThat(IntStream.range(1, indices.size())
                        .allMatch(i -> Integer.compareUnsigned(indices.get(i - 1), indices.get(i)) < 0))
                .isTrue();
    }

    @Test
    void passage_withATermTwice_weighsItMoreButLessThanTwice() {
        float once = weight(terms.ofPassage("lighthouse keeper"), "lighthouse");
        float twice = weight(terms.ofPassage("lighthouse lighthouse"), "lighthouse");
        assertThat(twice).isGreaterThan(once).isLessThan(2 * once);
    }

    @Test
    void longPassage_withATerm_weighsItLess() {
        float alone = weight(terms.ofPassage("lighthouse"), "lighthouse");
        assertThat(weight(terms.ofPassage("lighthouse " + "word ".repeat(200)), "lighthouse"))
                .isLessThan(alone);
    }

    @Test
    void query_withATermTwice_countsIt() {
        assertThat(terms.ofQuery("bees and bees").weights()).containsExactly(2f);
    }

    @Test
    void stopWordsAndNothing_always_haveNoTerm() {
        assertThat(terms.ofQuery("to be or not to be").isEmpty()).isTrue();
        assertThat(terms.ofPassage("").isEmpty()).isTrue();
    }

    @Test
    void englishWords_inAnyForm_areOneTerm() {
        assertSameTerms("vectors stored", "vector stores");
        assertSameTerms("the keeper's lamp", "keeper lamps");
    }

    @Test
    void nameInCode_isFoundWholeAndByItsWords() {
        for (String name : List.of("maxInputTokens", "max_input_tokens", "max.input.tokens", "__max_input_tokens")) {
            List<Integer> indices = terms.ofPassage(name).indices();
            assertThat(indices)
                    .as(name)
                    .containsAll(terms.ofQuery("max input token").indices());
            assertThat(indices)
                    .as(name)
                    .containsAll(terms.ofQuery(name).indices())
                    .hasSize(4);
        }
    }

    @Test
    void initialsAndBrands_areNotCutIntoLetters() {
        assertThat(terms.ofPassage("e.g.").indices()).hasSize(1);
        assertThat(terms.ofPassage("A.J.").indices()).hasSize(1);
        assertThat(terms.ofPassage("iPhone").indices()).hasSize(1);
        assertThat(terms.ofPassage("BM25").indices()).hasSize(1);
    }

    @Test
    void otherScripts_haveTermsToo() {
        assertThat(terms.ofPassage("привет мир").indices()).hasSize(2);
        assertThat(terms.ofPassage("東京都の天気").indices())
                .containsAll(terms.ofQuery("東京").indices())
                .containsAll(terms.ofQuery("天気").indices());
        assertSameTerms("Café", "cafe");
    }

    private void assertSameTerms(String one, String other) {
        assertThat(terms.ofQuery(one)).isEqualTo(terms.ofQuery(other));
    }

    private float weight(TermVector vector, String term) {
        int index = terms.ofQuery(term).indices().get(0);
        return vector.weights().get(vector.indices().indexOf(index));
    }
}
