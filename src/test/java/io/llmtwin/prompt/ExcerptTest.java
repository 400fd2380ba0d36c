package io.llmtwin.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmtwin.ingest.Chunk;
import io.llmtwin.ingest.Chunker;
import io.llmtwin.ingest.SourceDocument;
import io.llmtwin.retrieval.ChunkPlace;
import io.llmtwin.retrieval.DocumentType;
import io.llmtwin.retrieval.Passage;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExcerptTest {

    @Test
    void chunks_thatTheChunkerCut_readAsTheDocumentAgain() {
        String paragraph = IntStream.range(0, 60)
                .mapToObj(i -> "Sentence number " + i + " of this long paragraph says something of its own.")
                .collect(Collectors.joining(" "));
        List<Chunk> chunks = new Chunker()
                .chunk(new SourceDocument(
                        "doc",
                        DocumentType.ARTICLE,
                        "Ada",
                        null,
                        null,
                        null,
                        null,
                        "Title",
                        "# Section\n\n" + paragraph));
        assertThat(chunks).hasSizeGreaterThan(2);
        Excerpt excerpt = Excerpt.of(passage(1, chunks.get(1).content()));
        excerpt = excerpt.with(0, chunks.get(0).content());
        for (int i = 2; i < chunks.size(); i++) {
            excerpt = excerpt.with(i, chunks.get(i).content());
        }
        String text = excerpt.passage().content();
        assertThat(text).startsWith("Title > Section\n\nSentence number 0");
        assertThat(text.split("Title > Section", -1)).hasSize(2);
        for (int i = 0; i < 60; i++) {
            assertThat(text.split("Sentence number " + i + " of", -1)).hasSize(2);
        }
    }

    @Test
    void nextSection_keepsItsOwnContext() {
        Excerpt excerpt = Excerpt.of(passage(3, "Title > One\n\nThe first.")).with(4, "Title > Two\n\nThe second.");
        assertThat(excerpt.passage().content()).isEqualTo("Title > One\n\nThe first.\n\nTitle > Two\n\nThe second.");
    }

    @Test
    void chanceEquality_ofAFewCharacters_isNoOverlap() {
        Excerpt excerpt = Excerpt.of(passage(0, "T\n\nThis is so.")).with(1, "T\n\nso. Then on.");
        assertThat(excerpt.passage().content()).isEqualTo("T\n\nThis is so.\n\nso. Then on.");
    }

    @Test
    void passage_withoutAPlace_bordersNothing() {
        Passage course =
                new Passage("1", "doc", "vector_posts", 1, Map.of(), "text", null, null, null, null, null, null, null);
        assertThat(Excerpt.of(course).borders(new ChunkPlace("vector_posts", "doc", 1)))
                .isFalse();
        assertThat(Excerpt.of(course).borders(Excerpt.of(passage(0, "x")))).isFalse();
        assertThat(Excerpt.of(passage(0, "x")).borders(Excerpt.of(course))).isFalse();
        assertThat(Excerpt.of(course).passage()).isEqualTo(course);
    }

    private static Passage passage(int chunk, String content) {
        return new Passage(
                "p" + chunk, "doc", "vector_articles", 1, Map.of(), content, null, null, null, null, null, chunk, null);
    }
}
