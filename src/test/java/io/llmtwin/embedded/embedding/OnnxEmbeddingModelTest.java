package io.llmtwin.embedded.embedding;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.CosineSimilarity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OnnxEmbeddingModelTest {
    private static OnnxEmbeddingModel model;

    @BeforeAll
    static void load() {
        model = new OnnxEmbeddingModel(2);
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void vector_always_isOfUnitLengthAndKnownDimension() {
        Embedding embedding = model.embed("A lighthouse keeper.").content();
        assertThat(embedding.vector()).hasSize(model.dimension()).hasSize(384);
        double squares = 0;
        for (float component : embedding.vector()) {
            squares += (double) component * component;
        }
        assertThat(squares).isCloseTo(1, within(1e-5));
    }

    @Test
    void vector_ofATextAmongOthers_isThatOfTheTextAlone() {
        List<TextSegment> texts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            texts.add(TextSegment.from("word ".repeat(i * 20 + 1)));
        }
        List<Embedding> together = model.embedAll(texts).content();
        for (int i = 0; i < texts.size(); i++) {
            assertThat(together.get(i)).isEqualTo(model.embed(texts.get(i)).content());
        }
        assertThat(model.inBackground().embedAll(texts).content()).isEqualTo(together);
    }

    @Test
    void similarity_ofRelatedTexts_isGreater() {
        Embedding question = model.embed("How do bees keep warm?").content();
        Embedding related = model.embed("The cluster shivers to heat the hive.").content();
        Embedding other = model.embed("The invoice is due on the first of May.").content();
        assertThat(CosineSimilarity.between(question, related))
                .isGreaterThan(CosineSimilarity.between(question, other));
    }

    @Test
    void longText_always_isReadToItsFirst512Tokens() {
        String start = "keeper ".repeat(600);
        assertThat(model.embed(start + "tail").content())
                .isEqualTo(model.embed(start).content());
    }

    @Test
    void close_whileEmbedding_waitsAndThenRefuses() throws Exception {
        OnnxEmbeddingModel closing = new OnnxEmbeddingModel(2);
        EmbeddingModel background = closing.inBackground();
        List<TextSegment> batch = Collections.nCopies(40, TextSegment.from("word ".repeat(200)));
        CountDownLatch begun = new CountDownLatch(3);
        ExecutorService callers = Executors.newFixedThreadPool(3);
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            calls.add(callers.submit(() -> {
                begun.countDown();
                while (true) {
                    closing.embed("a question");
                }
            }));
        }
        calls.add(callers.submit(() -> background.embedAll(batch)));
        assertThat(begun.await(10, SECONDS)).isTrue();
        closing.close();
        for (Future<?> call : calls.subList(0, 3)) {
            assertThatThrownBy(() -> call.get(20, SECONDS)).hasRootCauseInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> calls.get(3).get(20, SECONDS)).isNotNull();
        callers.shutdownNow();
        closing.close();
    }
}
