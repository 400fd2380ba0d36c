package io.llmtwin.embedded.embedding;

import ai.onnxruntime.OnnxTensor;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * bge-small-en-v1.5 in the process: 384 dimensions, the CLS token's vector, normalised; texts are read to their 512th
 * token. The quantised weights and the vocabulary are those that langchain4j ships. Thread-safe.
 */
public final class OnnxEmbeddingModel extends DimensionAwareEmbeddingModel implements AutoCloseable {
    /** The name under which collections and clients know this model. */
    public static final String NAME = "BAAI/bge-small-en-v1.5";

    private static final String WEIGHTS = "bge-small-en-v1.5-q.onnx";
    private static final String VOCABULARY = "bge-small-en-v1.5-q-tokenizer.json";
    private static final int DIMENSION = 384;
    private static final int MAX_TOKENS = 512;
    /** So many texts are embedded on the caller's thread: a question doesn't queue behind a batch of passages. */
    private static final int FEW = 4;

    private final OnnxTransformer transformer;

    /** Loads the model with as many workers as there are processors. */
    public OnnxEmbeddingModel() {
        this(Runtime.getRuntime().availableProcessors());
    }

    /** Loads the model with {@code parallelism} texts embedded at a time. */
    public OnnxEmbeddingModel(int parallelism) {
        try (InputStream weights = resource(WEIGHTS);
                InputStream vocabulary = resource(VOCABULARY)) {
            transformer = OnnxTransformer.load(
                    NAME,
                    (environment, options) -> environment.createSession(weights.readAllBytes(), options),
                    vocabulary,
                    MAX_TOKENS,
                    parallelism);
        } catch (IOException e) {
            throw new UncheckedIOException("the embedding model " + NAME + " could not be read", e);
        }
    }

    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        return embedAll(segments, true);
    }

    /** This model for work that can wait: what is embedded through it gives way to all other texts. */
    public EmbeddingModel inBackground() {
        return new DimensionAwareEmbeddingModel() {
            @Override
            public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
                return OnnxEmbeddingModel.this.embedAll(segments, false);
            }

            @Override
            public String modelName() {
                return NAME;
            }

            @Override
            protected Integer knownDimension() {
                return DIMENSION;
            }
        };
    }

    private Response<List<Embedding>> embedAll(List<TextSegment> segments, boolean urgent) {
        List<EmbeddedText> texts = urgent && segments.size() <= FEW
                ? segments.stream().map(this::embedded).toList()
                : sideBySide(
                        urgent,
                        segments.stream()
                                .map(segment -> (Callable<EmbeddedText>) () -> embedded(segment))
                                .toList(),
                        EmbeddingWorkers.NO_LIMIT);
        return Response.from(
                texts.stream().map(EmbeddedText::embedding).toList(),
                new TokenUsage(texts.stream().mapToInt(EmbeddedText::tokens).sum()));
    }

    /** The vectors of {@code text}'s first {@code maxTokens} tokens; runs on the calling thread. */
    TokenVectors tokenVectors(String text, int maxTokens) {
        return transformer.run(text, maxTokens, OnnxEmbeddingModel::tokenVectors);
    }

    /** Results of {@code work}, done on this model's threads, as {@link OnnxTransformer#sideBySide}. */
    <T> List<T> sideBySide(boolean urgent, List<? extends Callable<T>> work, Duration limit) {
        return transformer.sideBySide(urgent, work, limit);
    }

    /** Number of tokens of {@code text} in this model's vocabulary, without the two that frame it. */
    public int countTokens(String text) {
        return transformer.tokenized(tokenizer -> tokenizer.tokenize(text).size() - 2);
    }

    /** The first 510 tokens of {@code text} in this model's vocabulary, without the two that frame it. */
    public long[] tokenIds(String text) {
        return transformer.tokenized(
                tokenizer -> tokenizer.encode(text, false, false).getIds());
    }

    @Override
    public String modelName() {
        return NAME;
    }

    @Override
    protected Integer knownDimension() {
        return DIMENSION;
    }

    @Override
    public void close() {
        transformer.close();
    }

    private EmbeddedText embedded(TextSegment segment) {
        return transformer.run(
                segment.text(),
                (ids, output) -> new EmbeddedText(Embedding.from(unitVector(output.getFloatBuffer())), ids.length - 2));
    }

    private static TokenVectors tokenVectors(long[] ids, OnnxTensor output) {
        FloatBuffer hidden = output.getFloatBuffer();
        float[][] vectors = new float[ids.length][];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = unitVector(hidden);
        }
        return new TokenVectors(ids, vectors);
    }

    /** The next vector of {@code hidden}, normalised. */
    private static float[] unitVector(FloatBuffer hidden) {
        float[] vector = new float[DIMENSION];
        hidden.get(vector);
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        float norm = (float) Math.sqrt(squares);
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= norm;
        }
        return vector;
    }

    private static InputStream resource(String name) {
        InputStream stream = OnnxEmbeddingModel.class.getClassLoader().getResourceAsStream(name);
        if (stream == null) {
            throw new IllegalStateException(name + " is not on the class path");
        }
        return stream;
    }

    private record EmbeddedText(Embedding embedding, int tokens) {}
}
