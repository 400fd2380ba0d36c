package io.llmtwin.embedded.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptParserTest {
    private final PromptParser parser = new PromptParser();

    @Test
    void parse_markedSources_keepsLabelsAndTexts() {
        Prompt prompt = user("""
                Answer from the sources.
                <source id="1" title="a > b, it's">First text.</source>
                <source title='x' id=post-7>
                Second text.
                </source>
                <question>What is it?</question>
                Answer:""");

        assertThat(prompt.sources())
                .containsExactly(new Source("1", "First text."), new Source("post-7", "Second text."));
        assertThat(prompt.question()).isEqualTo("What is it?");
        assertThat(prompt.asksForQueries()).isFalse();
    }

    @Test
    void parse_sourcesInSystemMessage_areFound() {
        Prompt prompt = parser.parse(List.of(
                new ChatMessage("system", "Use these. <source id=\"1\">Text.</source>"),
                new ChatMessage("user", "An older question?"),
                new ChatMessage("assistant", "<source id=\"2\">Not a source.</source>"),
                new ChatMessage("user", "What is it?")));

        assertThat(prompt.sources()).containsExactly(new Source("1", "Text."));
        assertThat(prompt.question()).isEqualTo("What is it?");
    }

    @Test
    void parse_questionMarkedInsideSource_isNotTheQuestion() {
        Prompt prompt =
                user("<question>The real one?</question>\n<source id=\"1\"><question>Another?</question> <query>"
                        + "</query></source>");

        assertThat(prompt.question()).isEqualTo("The real one?");
        assertThat(prompt.asksForQueries()).isFalse();
    }

    @Test
    void parse_unclosedSource_endsAtTheNextMark() {
        Prompt prompt = user("<source id=\"1\">One <source id=\"2\">Two <question>What?</question>");

        assertThat(prompt.sources()).containsExactly(new Source("1", "One"), new Source("2", "Two"));
        assertThat(prompt.question()).isEqualTo("What?");
    }

    @Test
    void parse_nestedSource_isASourceOfItsOwn() {
        Prompt prompt =
                user("<source id=\"1\">One <source id=\"2\">Two</source> three</source><question>What?</question>");

        assertThat(prompt.sources()).containsExactly(new Source("1", "One"), new Source("2", "Two"));
    }

    @Test
    void parse_emptySources_areDropped() {
        Prompt prompt = user("<source id=\"1\"> </source><source id=\"2\"></source><question>What?");

        assertThat(prompt.sources()).isEmpty();
        assertThat(prompt.question()).isEqualTo("What?");
    }

    @Test
    void parse_htmlSourceElement_isText() {
        Prompt prompt = user(
                "<source id=\"1\"><video><source src=\"a.mp4\"></video> plays.</source><question>What?</question>");

        assertThat(prompt.sources()).containsExactly(new Source("1", "<video><source src=\"a.mp4\"></video> plays."));
    }

    @Test
    void parse_numberedBlocks_areSources() {
        Prompt prompt = user("Context:\n[1] One.\nStill one.\n[2] Two, see [1].\n\nQuestion: What is it\nAnswer:");

        assertThat(prompt.sources())
                .containsExactly(new Source("1", "One.\nStill one."), new Source("2", "Two, see [1]."));
        assertThat(prompt.question()).isEqualTo("What is it");
    }

    @Test
    void parse_noMarks_lastQuestionAndTheRest() {
        Prompt prompt = user("Camel 4 needs Java 17.\nIt is fast.\n\nWhich Java does Camel need?");

        assertThat(prompt.sources()).containsExactly(new Source("1", "Camel 4 needs Java 17.\nIt is fast."));
        assertThat(prompt.question()).isEqualTo("Which Java does Camel need?");
    }

    @Test
    void parse_noMarksOnOneLine_lastSentenceAndTheRest() {
        Prompt prompt = user("Camel 4 needs Java 17. Which Java does Camel need?");

        assertThat(prompt.sources()).containsExactly(new Source("1", "Camel 4 needs Java 17."));
        assertThat(prompt.question()).isEqualTo("Which Java does Camel need?");
    }

    @Test
    void parse_noMarksNoQuestionMark_lastParagraphAndTheRest() {
        Prompt prompt = user("Camel 4 needs Java 17.\n\nthe Java version of Camel");

        assertThat(prompt.sources()).containsExactly(new Source("1", "Camel 4 needs Java 17."));
        assertThat(prompt.question()).isEqualTo("the Java version of Camel");
    }

    @Test
    void parse_bareQuestion_hasNoSources() {
        Prompt prompt = parser.parse(List.of(
                new ChatMessage("system", "You are a helpful assistant."),
                new ChatMessage("user", "Which Java does Camel need?")));

        assertThat(prompt.sources()).isEmpty();
        assertThat(prompt.question()).isEqualTo("Which Java does Camel need?");
    }

    @Test
    void parse_queriesAskedFor_isSeen() {
        Prompt prompt = user("Write queries as <query>text</query>.\n<question>Which Java?</question>");

        assertThat(prompt.asksForQueries()).isTrue();
        assertThat(prompt.question()).isEqualTo("Which Java?");
        assertThat(prompt.sources()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<source id=\"1\">", "<source ", "<source id=id=id=", "<question>", "</source>", "[1] ", "?\n", " ",
                "\n", "\"'", "<source '", "<source id='1' \"", "\uD83D\uDE00", "\u202E\u0301", "Question:\n", "\n \n"
            })
    void parse_aMegabyteOfAnything_isRead(String piece) {
        String text = piece.repeat(1_000_000 / piece.length());

        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            Prompt prompt = user(text);
            List<Sentence> sentences = new ArrayList<>();
            prompt.sources().forEach(source -> sentences.addAll(new SentenceSplitter().split(source.text())));
        });
    }

    private Prompt user(String text) {
        return parser.parse(List.of(new ChatMessage("user", text)));
    }
}
