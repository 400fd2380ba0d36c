package io.llmtwin.embedded.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.llmtwin.embedded.llm.Sentence.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentenceSplitterTest {
    private final SentenceSplitter splitter = new SentenceSplitter();

    @Test
    void split_prose_isItsSentences() {
        assertThat(texts("One is short.\nTwo goes\nover lines! Three ends here."))
                .containsExactly("One is short.", "Two goes over lines!", "Three ends here.");
    }

    @Test
    void split_abbreviationsAndVersions_stayInside() {
        assertThat(texts("Use a store, e.g. Qdrant 1.12.3, as Dr. Rivera does. J. Smith et al. Agree on v2.0. Done."))
                .containsExactly(
                        "Use a store, e.g. Qdrant 1.12.3, as Dr. Rivera does.",
                        "J. Smith et al. Agree on v2.0.",
                        "Done.");
    }

    @Test
    void split_heading_leadsTheSentenceAfterIt() {
        assertThat(splitter.split("# Tuning HNSW ##\n\nRaise m. Then measure."))
                .containsExactly(
                        new Sentence("Raise m.", "Tuning HNSW", Kind.PROSE),
                        new Sentence("Then measure.", "", Kind.PROSE));
    }

    @Test
    void split_question_leadsItsAnswer() {
        assertThat(splitter.split("Why YAML? Because it reads well."))
                .containsExactly(new Sentence("Because it reads well.", "Why YAML?", Kind.PROSE));
    }

    @Test
    void split_shortList_staysWithItsIntroduction() {
        assertThat(texts("It has two parts:\n\n- a reader\n- a writer that\n  appends\n\nThat is all."))
                .containsExactly("It has two parts: a reader; a writer that appends", "That is all.");
    }

    @Test
    void split_listWithoutIntroduction_isItsItems() {
        assertThat(texts("1. Load the model.\n2. Warm it up.")).containsExactly("Load the model.", "Warm it up.");
    }

    @Test
    void split_code_staysWhole() {
        assertThat(splitter.split(
                        "Run it:\n\n```sh\ndocker run x\n\ndocker ps\n```\nDone it is.\n\nint a = 1;\nint b;\n"))
                .containsExactly(
                        new Sentence("Run it:", "", Kind.PROSE),
                        new Sentence("docker run x\n\ndocker ps", "", Kind.CODE),
                        new Sentence("Done it is.", "", Kind.PROSE),
                        new Sentence("int a = 1;\nint b;", "", Kind.CODE));
    }

    @Test
    void split_onlyAHeading_isQuotable() {
        assertThat(texts("Java 17 or newer")).containsExactly("Java 17 or newer");
    }

    @Test
    void split_endlessSentence_isCutBetweenWords() {
        List<String> texts = texts("word ".repeat(1_000));

        assertThat(texts).hasSizeGreaterThan(5).allSatisfy(text -> assertThat(text)
                .hasSizeLessThanOrEqualTo(500)
                .startsWith("word")
                .endsWith("word"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#",
                "# #",
                "a",
                "\uD83D\uDE00",
                "; ",
                "};\n",
                " - x\n",
                "- x\n  y\n",
                "- x",
                "e.g. ",
                "\t",
                "|a|\n",
                "``` \n",
                "= ",
                "。",
                "x.\n\n",
                "A. ",
                "* "
            })
    void split_aMegabyteOfAnything_isBounded(String piece) {
        String text = piece.repeat(1_000_000 / piece.length());

        assertTimeoutPreemptively(Duration.ofSeconds(3), () -> splitter.split(text));
        assertTimeoutPreemptively(Duration.ofSeconds(3), () -> splitter.split("- x\n" + text));
    }

    private List<String> texts(String text) {
        return splitter.split(text).stream().map(Sentence::text).toList();
    }
}
