package io.llmtwin.embedded.embedding;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * bge-small-en-v1.5 in the process: 384 dimensions, the CLS token's vector, normalised; texts are read to their 512th
 * token. The quantised weights and the vocabulary are those that langchain4j ships.
 *
 * <p>Each text is a run of its own, several at a time on threads of their own. Padding texts into one tensor would make
 * a text's vector depend on its neighbours, because the weights are quantised with activation ranges taken over the
 * whole tensor; and one single-threaded run for each core embeds a third more texts a second than
 * one run over all cores. Thread-safe.
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

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final HuggingFaceTokenizer tokenizer;
    private final EmbeddingWorkers workers;
    /** Freeing native memory that a run still uses takes the process down. */
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();

    private boolean closed;

    /** Loads the model with as many workers as there are processors. */
    public OnnxEmbeddingModel() {
        this(Runtime.getRuntime().availableProcessors());
    }

    /** Loads the model with {@code parallelism} texts embedded at a time. */
    public OnnxEmbeddingModel(int parallelism) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            session = environment.createSession(resource(WEIGHTS).readAllBytes(), options);
            tokenizer = HuggingFaceTokenizer.newInstance(
                    resource(VOCABULARY),
                    Map.of("padding", "false", "truncation", "true", "maxLength", String.valueOf(MAX_TOKENS)));
        } catch (OrtException e) {
            throw new IllegalStateException("the embedding model " + NAME + " could not be loaded", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the embedding model " + NAME + " could not be read", e);
        }
        workers = new EmbeddingWorkers(parallelism);
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
        List<EmbeddedText> texts =
                urgent && segments.size() <= FEW ? embedHere(segments) : embedSideBySide(segments, urgent);
        return Response.from(
                texts.stream().map(EmbeddedText::embedding).toList(),
                new TokenUsage(texts.stream().mapToInt(EmbeddedText::tokens).sum()));
    }

    private List<EmbeddedText> embedHere(List<TextSegment> segments) {
        List<EmbeddedText> texts = new ArrayList<>(segments.size());
        for (TextSegment segment : segments) {
            try {
                texts.add(run(segment.text()));
            } catch (OrtException e) {
                throw new CompletionException(e);
            }
        }
        return texts;
    }

    private List<EmbeddedText> embedSideBySide(List<TextSegment> segments, boolean urgent) {
        List<Future<EmbeddedText>> pending = new ArrayList<>(segments.size());
        for (TextSegment segment : segments) {
            pending.add(workers.submit(urgent, () -> run(segment.text())));
        }
        List<EmbeddedText> texts = new ArrayList<>(segments.size());
        try {
            for (Future<EmbeddedText> future : pending) {
                texts.add(future.get());
            }
        } catch (InterruptedException e) {
            pending.forEach(future -> future.cancel(false));
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        } catch (ExecutionException e) {
            pending.forEach(future -> future.cancel(false));
            throw new CompletionException(e.getCause());
        }
        return texts;
    }

    /** Number of tokens of {@code text} in this model's vocabulary, without the two that frame it. */
    public int countTokens(String text) {
        return tokenizer.tokenize(text).size() - 2;
    }

    /** The first 510 tokens of {@code text} in this model's vocabulary, without the two that frame it. */
    public long[] tokenIds(String text) {
        return tokenizer.encode(text, false, false).getIds();
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
        workers.close();
        inUse.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                tokenizer.close();
                session.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException("the embedding model " + NAME + " could not be closed", e);
        } finally {
            inUse.writeLock().unlock();
        }
    }

    private EmbeddedText run(String text) throws OrtException {
        inUse.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the embedding model " + NAME + " is closed");
            }
            return embedded(text);
        } finally {
            inUse.readLock().unlock();
        }
    }

    private EmbeddedText embedded(String text) throws OrtException {
        Encoding encoding = tokenizer.encode(text);
        long[] ids = encoding.getIds();
        long[] shape = {1, ids.length};
        try (OnnxTensor inputIds = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                OnnxTensor mask =
                        OnnxTensor.createTensor(environment, LongBuffer.wrap(encoding.getAttentionMask()), shape);
                OnnxTensor types = OnnxTensor.createTensor(environment, LongBuffer.wrap(encoding.getTypeIds()), shape);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", inputIds, "attention_mask", mask, "token_type_ids", types))) {
            OnnxTensor hidden = (OnnxTensor) result.get(0);
            float[] vector = new float[DIMENSION];
            hidden.getFloatBuffer().get(vector);
            return new EmbeddedText(Embedding.from(normalised(vector)), ids.length - 2);
        }
    }

    private static float[] normalised(float[] vector) {
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
