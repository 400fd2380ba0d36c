package io.llmtwin.embedded.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.data.segment.TextSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a model whose logit is the number of words that question and passage share; see generate.py beside it. */
class OnnxCrossEncoderTest {
    private static final Path MODEL =
            Path.of("src/test/resources/io/llmtwin/embedded/embedding/cross-encoder/model.onnx");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void scores_always_areTheModelsLogitsInTheOrderOfThePassages() {
        try (OnnxCrossEncoder encoder = OnnxCrossEncoder.load(MODEL, LIMIT)) {
            List<TextSegment> passages = List.of(
                    TextSegment.from("The invoice is due in May."),
                    TextSegment.from("Bees keep the hive warm."),
                    TextSegment.from("The cluster of bees."));
            assertThat(encoder.scoreAll(passages, "How do bees keep warm?").content())
                    .containsExactly(0.0, 3.0, 1.0);
        }
    }

    @Test
    void passage_beyondTheModelsTokens_isCut() {
        try (OnnxCrossEncoder encoder = OnnxCrossEncoder.load(MODEL, LIMIT)) {
            assertThat(encoder.score("bees " + "hive ".repeat(2_000), "warm bees")
                            .content())
                    .isEqualTo(1.0);
        }
    }

    @Test
    void scores_notThereWithinTheLimit_areGivenUp() {
        try (OnnxCrossEncoder encoder = OnnxCrossEncoder.load(MODEL, Duration.ofNanos(1))) {
            assertThatThrownBy(() -> encoder.scoreAll(Collections.nCopies(200, TextSegment.from("bees")), "bees"))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void load_withoutATokenizer_saysWhatIsMissing(@TempDir Path folder) throws IOException {
        Path alone = Files.copy(MODEL, folder.resolve("model.onnx"));
        assertThatThrownBy(() -> OnnxCrossEncoder.load(alone, LIMIT)).hasMessageContaining("tokenizer.json");
    }

    @Test
    void load_ofSomethingElse_fails(@TempDir Path folder) throws IOException {
        Path model = Files.writeString(folder.resolve("model.onnx"), "no model");
        Files.copy(MODEL.resolveSibling("tokenizer.json"), folder.resolve("tokenizer.json"));
        assertThatThrownBy(() -> OnnxCrossEncoder.load(model, LIMIT)).hasMessageContaining("model.onnx");
    }
}
