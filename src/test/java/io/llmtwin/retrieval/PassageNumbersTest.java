package io.llmtwin.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassageNumbersTest {
    private static final List<Passage> FOUND = RerankerTest.passages("a", "b", "c", "d");

    private final PassageNumbers numbers =
            new PassageNumbers(RerankerTest.settings(3), new RetrievalSettings(15, 4, 3));

    @Test
    void passages_upToTheDepth_areNumberedFromOne() {
        assertThat(numbers.of(FOUND))
                .containsExactly(
                        Map.of("number", 1, "content", "a"),
                        Map.of("number", 2, "content", "b"),
                        Map.of("number", 3, "content", "c"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<ranking>2 > 3 > 1</ranking>",
                "[2] > [3] > [1]",
                "2, 3, 1\n",
                "2\n3\n1",
                "Here it is: <ranking>[2] > [3]</ranking>",
                "2 > 2 > 99 > 3 > 2 > 0"
            })
    void ranked_byNumbers_putsThemFirst(String answer) {
        assertThat(numbers.ranked(FOUND, null, answer))
                .extracting(Passage::content)
                .containsExactly("b", "c", "a", "d");
    }

    @Test
    void ranked_passagesLeftOut_followInTheirOrder() {
        assertThat(numbers.ranked(FOUND, 3, "3")).extracting(Passage::content).containsExactly("c", "a", "b");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "The second passage is best.",
                "2 is best, then 1",
                "<ranking></ranking>",
                "<ranking>best</ranking>",
                "<ranking>9</ranking>",
                "99999999999999999999",
                "-1"
            })
    void ranked_anythingButNumbers_fails(String answer) {
        assertThatThrownBy(() -> numbers.ranked(FOUND, null, answer)).isInstanceOf(IllegalArgumentException.class);
    }

    /** The course's defect: its reranking has the model write the passages out again, and takes whatever it writes. */
    @Test
    void rerankMakesTheLlmReEmitWholePassages_withNothingCheckingThatTheyAreTheOriginals_isAbsent() {
        assertThatThrownBy(() -> numbers.ranked(FOUND, null, "b, but improved\n#next-document#\nc"))
                .isInstanceOf(IllegalArgumentException.class);
        List<Passage> ranked = numbers.ranked(FOUND, null, "<ranking>3 > 1</ranking> I also found: a fifth passage");
        assertThat(ranked).extracting(Passage::content).containsExactly("c", "a", "b", "d");
        assertThat(ranked).extracting(Passage::id).containsExactly("c", "a", "b", "d");
    }
}
