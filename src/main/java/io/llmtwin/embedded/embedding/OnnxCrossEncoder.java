package io.llmtwin.embedded.embedding;

import ai.onnxruntime.OnnxTensor;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A cross-encoder from an ONNX file: it reads question and passage together and gives one number, its logit, greater for
 * a passage that answers the question better. The passages of a question are read side by side. Thread-safe.
 */
public final class OnnxCrossEncoder implements ScoringModel, AutoCloseable {
    /** Name of the tokenizer's file beside the model, as Hugging Face writes it. */
    public static final String TOKENIZER = "tokenizer.json";

    private static final int MAX_TOKENS = 512;

    private final OnnxTransformer transformer;
    private final Duration limit;

    private OnnxCrossEncoder(OnnxTransformer transformer, Duration limit) {
        this.transformer = transformer;
        this.limit = limit;
    }

    /**
     * Loads {@code model}, an ONNX file with its {@value #TOKENIZER} in the same folder, and tries it.
     *
     * @param limit how long the passages of one question may take
     * @throws IllegalArgumentException if one of the two is missing, or the model is no cross-encoder
     */
    public static OnnxCrossEncoder load(Path model, Duration limit) {
        Path vocabulary = model.resolveSibling(TOKENIZER);
        if (!Files.isRegularFile(model) || !Files.isRegularFile(vocabulary)) {
            throw new IllegalArgumentException(model + " and " + TOKENIZER
                    + " beside it must be files: a cross-encoder in ONNX, and its tokenizer");
        }
        OnnxTransformer transformer;
        try (InputStream tokenizer = Files.newInputStream(vocabulary)) {
            transformer = OnnxTransformer.load(
                    model.toString(),
                    (environment, options) -> environment.createSession(model.toString(), options),
                    tokenizer,
                    MAX_TOKENS,
                    Runtime.getRuntime().availableProcessors());
        } catch (IOException e) {
            throw new UncheckedIOException(model + " could not be read", e);
        }
        OnnxCrossEncoder encoder = new OnnxCrossEncoder(transformer, limit);
        try {
            encoder.logit("question", "passage");
            return encoder;
        } catch (RuntimeException e) {
            encoder.close();
            throw new IllegalArgumentException(model + " can't be used as a cross-encoder: " + e.getMessage(), e);
        }
    }

    @Override
    public Response<List<Double>> scoreAll(List<TextSegment> passages, String question) {
        return Response.from(transformer.sideBySide(
                true,
                passages.stream()
                        .map(passage -> (Callable<Double>) () -> logit(question, passage.text()))
                        .toList(),
                limit));
    }

    @Override
    public void close() {
        transformer.close();
    }

    private double logit(String question, String passage) {
        return transformer.runPair(question, passage, (ids, output) -> only(output));
    }

    private static double only(OnnxTensor output) {
        FloatBuffer values = output.getFloatBuffer();
        if (values == null || values.remaining() != 1) {
            throw new IllegalStateException(
                    "its first output has " + (values == null ? "no numbers" : values.remaining() + " numbers")
                            + " for a question and a passage, not one");
        }
        return values.get();
    }
}
