package io.llmtwin.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextCleanerTest {
    @Test
    void styledLetters_always_becomePlain() {
        assertThat(TextCleaner.clean("𝗟𝗲𝗮𝗿𝗻 𝘁𝗼 ﬁne-tune")).isEqualTo("Learn to fine-tune");
    }

    @Test
    void invisibleCharacters_always_goAway() {
        assertThat(TextCleaner.clean("a\u0000b\u200Bc\uFEFFd\u00ADe")).isEqualTo("abcde");
    }

    @Test
    void loneSurrogate_always_goesAwayAndEmojiStays() {
        assertThat(TextCleaner.clean("a\uD83Db 😀")).isEqualTo("ab 😀");
    }

    @Test
    void whitespace_always_keepsLinesAndIndentation() {
        assertThat(TextCleaner.clean("def f():\r\n    return 1   \r\n\r\n\r\n\r\nx\t\n"))
                .isEqualTo("def f():\n    return 1\n\nx");
    }

    @Test
    void clean_twice_changesNothingMore() {
        String once = TextCleaner.clean("  ½ cup of İstanbul\u0301 \n\n\n\n ① ");
        assertThat(TextCleaner.clean(once)).isEqualTo(once);
    }
}
