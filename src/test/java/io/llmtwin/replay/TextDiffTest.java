package io.llmtwin.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.llmtwin.replay.Edit.Op;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextDiffTest {
    @Test
    void of_oneWordChanged_keepsTheOthers() {
        assertThat(TextDiff.of("The fused order is kept.", "The old order is kept."))
                .containsExactly(
                        new Edit(Op.EQUAL, "The "),
                        new Edit(Op.DELETE, "fused"),
                        new Edit(Op.INSERT, "old"),
                        new Edit(Op.EQUAL, " order is kept."));
    }

    @Test
    void of_sameTexts_isOneEdit() {
        assertThat(TextDiff.of("So it is.\n", "So it is.\n")).containsExactly(new Edit(Op.EQUAL, "So it is.\n"));
    }

    @Test
    void of_nothing_isWhatIsThere() {
        assertThat(TextDiff.of(null, null)).isEmpty();
        assertThat(TextDiff.of(null, "new")).containsExactly(new Edit(Op.INSERT, "new"));
        assertThat(TextDiff.of("old", "")).containsExactly(new Edit(Op.DELETE, "old"));
    }

    @Test
    void of_anyTexts_makesOneOfTheOther() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            String before = text(random, 40);
            String after = text(random, 40);
            List<Edit> edits = TextDiff.of(before, after);
            assertThat(without(Op.INSERT, edits)).isEqualTo(before);
            assertThat(without(Op.DELETE, edits)).isEqualTo(after);
        }
    }

    @Test
    void of_longTextsWithNothingInCommon_isDoneSoon() {
        String before = words("a", 4_000);
        String after = words("b", 4_000);
        String books = words("c", 1_000_000);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            assertThat(without(Op.INSERT, TextDiff.of(before, after))).isEqualTo(before);
            assertThat(without(Op.DELETE, TextDiff.of(books, books + "!"))).isEqualTo(books + "!");
        });
    }

    private static String words(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).collect(Collectors.joining(" "));
    }

    private static String text(Random random, int length) {
        String alphabet = "ab .\nü\ud83d\ude00";
        return random.ints(length, 0, alphabet.codePointCount(0, alphabet.length()))
                .map(index -> alphabet.codePointAt(alphabet.offsetByCodePoints(0, index)))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String without(Op op, List<Edit> edits) {
        return edits.stream().filter(edit -> edit.op() != op).map(Edit::text).collect(Collectors.joining());
    }
}
