package io.llmtwin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import io.llmtwin.retrieval.DocumentType;
import io.llmtwin.retrieval.TextCleaner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChunkerTest {
    private static final String SENTENCE = "The twin answers in the voice of its author, and says where it read so. ";

    private final Chunker chunker = new Chunker();

    static Stream<Arguments> texts() throws IOException {
        return Stream.of(
                Arguments.of("article", DocumentType.ARTICLE, markdown()),
                Arguments.of(
                        "without line ends",
                        DocumentType.ARTICLE,
                        SENTENCE.repeat(200).replace(". ", ".")),
                Arguments.of("one sentence", DocumentType.ARTICLE, "word ".repeat(5_000)),
                Arguments.of("one word", DocumentType.ARTICLE, "x".repeat(20_000)),
                Arguments.of("Chinese", DocumentType.ARTICLE, "双胞胎用作者的声音回答问题，并说明出处。".repeat(400)),
                Arguments.of("Chinese without stops", DocumentType.POST, "双胞胎用作者的声音回答问题".repeat(400)),
                Arguments.of("emoji", DocumentType.POST, "😀🚀".repeat(2_000)),
                Arguments.of("list", DocumentType.ARTICLE, "- an item of a list\n".repeat(400)),
                Arguments.of("table", DocumentType.ARTICLE, "| a | b | 1,234.56 |\n".repeat(400)),
                Arguments.of("fence", DocumentType.ARTICLE, "# Code\n\n```java\n" + javaSource() + "\n```\n\nEnd."),
                Arguments.of("open fence", DocumentType.ARTICLE, "Text.\n\n~~~\n" + javaSource()),
                Arguments.of("fence of one line", DocumentType.ARTICLE, "```" + "x y".repeat(2_000)),
                Arguments.of("headings only", DocumentType.ARTICLE, "# A\n## B\n### C\n#### D\n# E\n"),
                Arguments.of("many headings", DocumentType.ARTICLE, headings()),
                Arguments.of(
                        "long headings",
                        DocumentType.ARTICLE,
                        ("# " + "heading ".repeat(20) + "\n\ntext\n\n").repeat(50)),
                Arguments.of("long setext", DocumentType.ARTICLE, SENTENCE.repeat(50) + "\n---\nafter\n===\nlast"),
                Arguments.of(
                        "definitions",
                        DocumentType.ARTICLE,
                        "[a]: http://a\n\n# T\n[b]: http://b\n\ntext\n\n[c]: http://c"),
                Arguments.of("hashes", DocumentType.ARTICLE, "#\n\n##\n\ntext\n\n# #\n\n#### [a](b) **c** ####\ntext"),
                Arguments.of("java", DocumentType.REPOSITORY, javaSource()),
                Arguments.of(
                        "this class",
                        DocumentType.REPOSITORY,
                        Files.readString(Path.of("src/main/java/io/llmtwin/ingest/Chunker.java"))),
                Arguments.of("pom", DocumentType.REPOSITORY, Files.readString(Path.of("pom.xml"))),
                Arguments.of("minified", DocumentType.REPOSITORY, "function(a,b){return a[b]+1};".repeat(500)),
                Arguments.of(
                        "stairs",
                        DocumentType.REPOSITORY,
                        IntStream.range(0, 300)
                                .mapToObj(i -> " ".repeat(i) + "if x" + i + ":")
                                .collect(Collectors.joining("\n"))),
                Arguments.of(
                        "python",
                        DocumentType.REPOSITORY,
                        "# a comment\n\n" + "def f(x):\n    # note\n    return x\n\n".repeat(200)),
                Arguments.of(
                        "files",
                        DocumentType.REPOSITORY,
                        "# a/A.java\n\n```java\n" + javaSource() + "\n```\n\n# b.py\n\n```py\nprint(1)\n```"),
                Arguments.of("noise", DocumentType.ARTICLE, noise(30_000, 7)),
                Arguments.of("noise as code", DocumentType.REPOSITORY, noise(30_000, 8)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    void chunk_anyText_keepsEveryWordInOrderWithinTheLimit(String name, DocumentType type, String text) {
        SourceDocument document = document(type, "A title", text);

        List<Chunk> chunks = chunker.chunk(document);

        assertThat(chunks).isNotEmpty().allSatisfy(chunk -> {
            assertThat(TextSize.of(chunk.content())).isLessThanOrEqualTo(Chunker.LIMIT);
            assertThat(chunk.content()).isEqualTo(chunk.content().strip()).startsWith("A title");
        });
        assertThat(chunker.chunk(document)).isEqualTo(chunks);
        assertHasAllOf(TextCleaner.clean(text), chunks);
    }

    @Test
    void chunk_anyText_fitsTheEmbeddingModel() throws IOException {
        try (OnnxEmbeddingModel model = new OnnxEmbeddingModel(1)) {
            texts().forEach(arguments -> {
                String name = (String) arguments.get()[0];
                List<Chunk> chunks =
                        chunker.chunk(document((DocumentType) arguments.get()[1], "A title", (String)
                                arguments.get()[2]));
                assertThat(chunks)
                        .as(name)
                        .filteredOn(chunk -> !name.startsWith("noise"))
                        .allSatisfy(chunk ->
                                assertThat(model.countTokens(chunk.content())).isLessThanOrEqualTo(510));
            });
        }
    }

    @Test
    void chunk_megabytesOfOddText_takesLinearTime() {
        for (DocumentType type : List.of(DocumentType.ARTICLE, DocumentType.REPOSITORY)) {
            for (String unit : List.of(
                    "x",
                    "x ",
                    "x\n\n",
                    "# x\n",
                    "> ",
                    "- ",
                    "```\n",
                    "`",
                    "[",
                    "[a]: b\n",
                    "{\n",
                    " {",
                    "*_",
                    "<a",
                    ". ",
                    "a.\n",
                    "\\",
                    "é",
                    "双",
                    "😀")) {
                String text = unit.repeat(1_000_000 / unit.length());
                assertThat(text).hasSizeGreaterThan(900_000);
                Assertions.assertThatCode(() -> org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                                Duration.ofSeconds(10), () -> chunker.chunk(document(type, "A title", text))))
                        .as(unit + " as " + type)
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void chunk_headings_becomeTheContextOfWhatStandsBelow() {
        List<Chunk> chunks = chunker.chunk(document(
                DocumentType.ARTICLE,
                "Twins",
                "# Twins\n\n" + SENTENCE.repeat(10) + "\n\n## Store\n\n### Search\n\n" + SENTENCE.repeat(10)));

        assertThat(chunks).extracting(Chunk::section).containsExactly("", "Store > Search");
        assertThat(chunks.get(0).content()).startsWith("Twins\n\nThe twin answers");
        assertThat(chunks.get(1).content()).startsWith("Twins > Store > Search\n\nThe twin answers");
    }

    @Test
    void chunk_smallSections_joinUnderTheirCommonHeading() {
        List<Chunk> chunks = chunker.chunk(document(
                DocumentType.ARTICLE, "Twins", "# Parts\n\n## Store\n\nKeeps vectors.\n\n## Model\n\nWrites answers."));

        assertThat(chunks)
                .containsExactly(new Chunk(
                        "Parts", "Twins > Parts\n\n## Store\n\nKeeps vectors.\n\n## Model\n\nWrites answers."));
    }

    @Test
    void chunk_sectionThatIsCut_repeatsOneSentence() {
        String paragraph = IntStream.range(0, 60)
                .mapToObj(i -> "Sentence number " + i + " says a little more.")
                .collect(Collectors.joining(" "));

        List<Chunk> chunks = chunker.chunk(document(DocumentType.ARTICLE, null, paragraph));

        assertThat(chunks).hasSizeGreaterThan(1);
        for (int i = 1; i < chunks.size(); i++) {
            String before = chunks.get(i - 1).content();
            String lastSentence = before.substring(before.lastIndexOf("Sentence"));
            assertThat(chunks.get(i).content()).startsWith(lastSentence + " Sentence");
        }
    }

    @Test
    void chunk_fenceThatFits_staysWhole() {
        String fence = "```python\ndef f():\n    return 1\n\n\n# not a heading\nprint(f())\n```";

        List<Chunk> chunks = chunker.chunk(document(
                DocumentType.ARTICLE, "T", SENTENCE.repeat(14) + "\n\n" + fence + "\n\n" + SENTENCE.repeat(14)));

        assertThat(chunks)
                .filteredOn(chunk -> chunk.content().contains("def f"))
                .hasSize(1)
                .allSatisfy(chunk -> assertThat(chunk.content()).contains(TextCleaner.clean(fence)));
    }

    @Test
    void chunk_fenceThatIsCut_isFencedInEachPart() {
        List<Chunk> chunks =
                chunker.chunk(document(DocumentType.ARTICLE, "T", "# Code\n\n````java\n" + javaSource() + "\n````"));

        assertThat(chunks).hasSizeGreaterThan(1).allSatisfy(chunk -> assertThat(chunk.content())
                .contains("````java\n")
                .endsWith("\n````"));
    }

    @Test
    void chunk_largeClass_isCutBetweenMembers() {
        List<Chunk> chunks = chunker.chunk(document(DocumentType.REPOSITORY, "src/Big.java", javaSource()));

        assertThat(chunks).hasSizeGreaterThan(2);
        assertThat(chunks.get(0).content()).startsWith("src/Big.java\n\npackage big;");
        assertThat(chunks.subList(1, chunks.size())).allSatisfy(chunk -> assertThat(chunk.content())
                .startsWith("src/Big.java > class Big\n\n    /** Method "));
    }

    @Test
    void chunk_repositoryOfFiles_namesTheFileOfEachChunk() {
        List<Chunk> chunks = chunker.chunk(document(
                DocumentType.REPOSITORY,
                "twin",
                "# src/Big.java\n\n```java\n" + javaSource() + "\n```\n\n# run.py\n\n```py\n" + "print(1)\n".repeat(100)
                        + "```"));

        assertThat(chunks.get(0).content()).startsWith("twin > src/Big.java\n\n```java\npackage big;");
        assertThat(chunks.get(chunks.size() - 1).content()).startsWith("twin > run.py\n\n```py\nprint(1)");
    }

    @Test
    void chunk_nothing_isNothing() {
        assertThat(chunker.chunk(document(DocumentType.POST, "T", " \n\u200B\n")))
                .isEmpty();
    }

    static String javaSource() {
        return "package big;\n\nimport java.util.List;\n\nclass Big {\n"
                + IntStream.range(0, 40)
                        .mapToObj(i -> "    /** Method " + i + ". */\n    int method" + i
                                + "(int argument) {\n        int next = argument + " + i
                                + ";\n\n        return next;\n    }\n")
                        .collect(Collectors.joining("\n"))
                + "}\n";
    }

    private static String markdown() {
        StringBuilder text = new StringBuilder("# Twins\n\n");
        for (int i = 0; i < 12; i++) {
            text.append("## Part ").append(i).append("\n\n");
            for (int j = 0; j < i; j++) {
                text.append(SENTENCE.repeat(1 + (i * j) % 11)).append("\n\n- one\n- two\n\n");
            }
            text.append("```sh\ncurl localhost\n```\n\n");
        }
        return text.toString();
    }

    private static String headings() {
        return IntStream.range(0, 300)
                .mapToObj(i -> "#".repeat(1 + i * 7 % 6) + " Heading " + i
                        + (i % 3 == 0 ? "\n\n" + SENTENCE.repeat(i % 20) : ""))
                .collect(Collectors.joining("\n\n"));
    }

    private static String noise(int length, long seed) {
        Random random = new Random(seed);
        String alphabet = "abcdefghijklmnopqrstuvwxyzABC0123456789     \n\n\n.,;:!?#`~*_-=+{}[]()<>|/\\\"'@$%^&é双😀\t";
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static void assertHasAllOf(String text, List<Chunk> chunks) {
        String there = chunks.stream().map(Chunk::content).collect(Collectors.joining("\n"));
        List<String> lost = new ArrayList<>();
        int from = 0;
        for (String mark : marks(text)) {
            int at = there.indexOf(mark, from);
            if (at < 0) {
                lost.add(mark);
            } else {
                from = at + mark.length();
            }
        }
        assertThat(lost).isEmpty();
    }

    /** The words; of those that may be cut inside, the letters. */
    private static List<String> marks(String text) {
        return Arrays.stream(text.split("[^\\p{L}\\p{N}]+"))
                .filter(word -> !word.isEmpty())
                .flatMap(word -> word.length() <= 20
                        ? Stream.of(word)
                        : word.codePoints().mapToObj(Character::toString))
                .toList();
    }

    private static SourceDocument document(DocumentType type, String title, String content) {
        return new SourceDocument("id", type, "Ada Twin", null, null, null, null, title, content);
    }
}
