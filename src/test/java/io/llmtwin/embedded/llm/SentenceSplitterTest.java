package io.llmtwin.embedded.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.llmtwin.embedded.llm.Sentence.Kind;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
                        new Sentence("Raise m.", "Tuning HNSW", "Tuning HNSW", Kind.PROSE),
                        new Sentence("Then measure.", "", "Tuning HNSW", Kind.PROSE));
    }

    @Test
    void split_question_leadsItsAnswer() {
        assertThat(splitter.split("Why YAML? Because it reads well."))
                .containsExactly(new Sentence("Because it reads well.", "Why YAML?", "", Kind.PROSE));
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
                        new Sentence("Run it:", "", "", Kind.PROSE),
                        new Sentence("docker run x\n\ndocker ps", "", "", Kind.CODE),
                        new Sentence("Done it is.", "", "", Kind.PROSE),
                        new Sentence("int a = 1;\nint b;", "", "", Kind.CODE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"LLM Twin > Retrieval", "A title of any length that nobody would call a sentence, part 2 (of 3)"
            })
    void split_lineOfContext_isOnlyContext(String context) {
        assertThat(splitter.split(context + "\n\nOne is short. Two too."))
                .containsExactly(
                        new Sentence("One is short.", context, context, Kind.PROSE),
                        new Sentence("Two too.", "", context, Kind.PROSE));
        assertThat(splitter.split("LLM Twin > Retrieval")).isEmpty();
    }

    @Test
    void split_headingBelowContext_isContextToo() {
        assertThat(splitter.split("LLM Twin > Retrieval\n\n### Fusion\n\nRanks are added."))
                .containsExactly(
                        new Sentence("Ranks are added.", "Fusion", "LLM Twin > Retrieval > Fusion", Kind.PROSE));
    }

    @Test
    void split_boldLeadIn_staysWithItsSentence() {
        assertThat(
                        texts(
                                "**Safe.** It only quotes. *Fast.* It is. See `a. B` and [this. That](https://a.b). **One. Two.** Three."))
                .containsExactly(
                        "**Safe.** It only quotes.",
                        "*Fast.* It is.",
                        "See `a. B` and [this. That](https://a.b).",
                        "**One. Two.** Three.");
        assertThat(texts("- **Safe.** It only quotes.\n- **Fast**. It is quick."))
                .containsExactly("**Safe.** It only quotes.", "**Fast**. It is quick.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ".** It only quotes.",
                "** It only quotes.",
                "`It only quotes.",
                "It only quotes.**",
                "It only quotes**."
            })
    void split_markWithoutItsOtherHalf_isDropped(String text) {
        assertThat(texts(text)).containsExactly("It only quotes.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "`a` goes to **b**",
                "**a** goes to `b`.",
                "Files in src/**",
                "__init__ goes to snake_case_",
                ".NET goes too."
            })
    void split_pairedMarks_stay(String text) {
        assertThat(texts("- " + text)).containsExactly(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llm:\n  model: mistral\n  # the tokens\n  max-tokens: 512",
                "- route:\n    id: generate\n- from:\n    uri: direct:generate",
                "server.port=8080\nserver.address = 127.0.0.1",
                "import java.util.List;\nclass A {\n    int b;\n}",
                "| name | default |\n|---|---|\n| `PORT` | 8080 |"
            })
    void split_codeOutsideFences_isCode(String code) {
        assertThat(splitter.split("It is set so.\n\n" + code + "\n\nThat is all."))
                .containsExactly(
                        new Sentence("It is set so.", "", "", Kind.PROSE),
                        new Sentence(code, "", "", Kind.CODE),
                        new Sentence("That is all.", "", "", Kind.PROSE));
    }

    @Test
    void split_tableRightBelowProse_isApart() {
        assertThat(texts("It is set so.\n| name | default |\n|---|---|\n| `PORT` | 8080 |"))
                .containsExactly("It is set so.", "| name | default |\n|---|---|\n| `PORT` | 8080 |");
    }

    @Test
    void split_longTable_isItsRowsBelowItsHeader() {
        String rows =
                IntStream.range(0, 20).mapToObj("| row %d | 1 |\n"::formatted).collect(Collectors.joining());

        assertThat(texts("| name | default |\n|---|---|\n" + rows))
                .hasSize(20)
                .contains("| name | default |\n|---|---|\n| row 7 | 1 |");
    }

    @Test
    void split_longCode_isCutWhereALineIsBlank() {
        String method = "void a() {\n    b();\n    c();\n    d();\n    e();\n}\n\n";

        assertThat(texts("```\n" + method.repeat(3) + "```"))
                .containsExactly(method.strip(), method.strip(), method.strip());
    }

    @Test
    void split_javadocOutsideFences_isProseWithoutItsMarks() {
        assertThat(
                        splitter.split(
                                "Look:\n\n/**\n * Counts {@code tokens}. Fast.\n *\n * @param text any\n */\nint count(String text) {\n}"))
                .containsExactly(
                        new Sentence("Look:", "", "", Kind.PROSE),
                        new Sentence("Counts `tokens`.", "", "", Kind.PROSE),
                        new Sentence("Fast.", "", "", Kind.PROSE),
                        new Sentence("int count(String text) {\n}", "", "", Kind.CODE));
    }

    @Test
    void split_sourceFile_isItsCommentsAndItsCode() {
        String context = "src/main/java/a/Counter.java > class Counter {";

        assertThat(splitter.split(context + """


                 * Counts tokens of any text.
                 * <p>Thread-safe, and linear in the text.
                 */
                int count(String text) {
                    // A token never spans white space.
                    return pieces(text);
                }
                """))
                .containsExactly(
                        new Sentence(
                                "Counts tokens of any text.", "Counter.java > class Counter {", context, Kind.PROSE),
                        new Sentence(
                                "Thread-safe, and linear in the text.",
                                "Counter.java > class Counter {",
                                context,
                                Kind.PROSE),
                        new Sentence(
                                "int count(String text) {",
                                "Counter.java > class Counter {: Counts tokens of any text.",
                                context,
                                Kind.CODE),
                        new Sentence(
                                "A token never spans white space.",
                                "Counter.java > class Counter {",
                                context,
                                Kind.PROSE),
                        new Sentence(
                                "    return pieces(text);\n}",
                                "Counter.java > class Counter {: A token never spans white space.",
                                context,
                                Kind.CODE));
    }

    @Test
    void split_yamlFile_isItsCommentsAndItsSettings() {
        assertThat(texts("src/main/resources/application.yaml\n\n# Cut off after a minute.\nllm:\n  timeout: 60s\n"))
                .containsExactly("Cut off after a minute.", "llm:\n  timeout: 60s");
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
                "* ",
                "** a",
                "**a ",
                "`a ",
                "[a](",
                "*a*. ",
                "/**\n",
                " * a\n",
                "\"\"\"",
                "a: b\n"
            })
    void split_aMegabyteOfAnything_isBounded(String piece) {
        String text = piece.repeat(1_000_000 / piece.length());

        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> splitter.split(text));
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> splitter.split("- x\n" + text));
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> splitter.split("a.java\n\n" + text));
    }

    private List<String> texts(String text) {
        return splitter.split(text).stream().map(Sentence::text).toList();
    }
}
