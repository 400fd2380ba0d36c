package io.llmtwin.embedded.embedding;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * A transformer in the process: an ONNX graph, the tokenizer that goes with it, and the threads that run it.
 *
 * <p>Each text is a run of its own on one thread, several at a time. Padding texts into one tensor would make a text's
 * result depend on its neighbours where the weights are quantised, because activation ranges are taken over the whole
 * tensor; and one single-threaded run for each core does a third more texts a second than one run over all cores.
 * Thread-safe.
 */
final class OnnxTransformer implements AutoCloseable {
    private static final String INPUT_IDS = "input_ids";
    private static final String ATTENTION_MASK = "attention_mask";
    private static final String TOKEN_TYPES = "token_type_ids";

    private final String name;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final HuggingFaceTokenizer tokenizer;
    private final EmbeddingWorkers workers;
    /** Freeing native memory that a run still uses takes the process down. */
    private final ReadWriteLock inUse = new ReentrantReadWriteLock();

    private boolean closed;

    private OnnxTransformer(
            String name,
            OrtEnvironment environment,
            OrtSession session,
            HuggingFaceTokenizer tokenizer,
            EmbeddingWorkers workers) {
        this.name = name;
        this.environment = environment;
        this.session = session;
        this.tokenizer = tokenizer;
        this.workers = workers;
    }

    /**
     * Loads a graph and a vocabulary in the form of Hugging Face's {@code tokenizer.json}.
     *
     * @param name for messages
     * @param maxTokens of one run; what a text has beyond them is not read
     * @param parallelism runs at a time
     * @throws IllegalStateException if ONNX Runtime can't make a model of {@code graph}
     */
    static OnnxTransformer load(String name, Graph graph, InputStream vocabulary, int maxTokens, int parallelism)
            throws IOException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                    vocabulary,
                    Map.of("padding", "false", "truncation", "true", "maxLength", String.valueOf(maxTokens)));
            return new OnnxTransformer(
                    name, environment, graph.open(environment, options), tokenizer, new EmbeddingWorkers(parallelism));
        } catch (OrtException e) {
            throw new IllegalStateException("the model " + name + " could not be loaded", e);
        }
    }

    /** What {@code reader} takes from the graph's first output for {@code text}; runs on the calling thread. */
    <T> T run(String text, OutputReader<T> reader) {
        return guarded(() -> outputOf(Tokens.of(tokenizer.encode(text)), reader));
    }

    /** As {@link #run(String, OutputReader)}, for no more than {@code maxTokens} of the text. */
    <T> T run(String text, int maxTokens, OutputReader<T> reader) {
        return guarded(() -> outputOf(Tokens.of(tokenizer.encode(text)).upTo(maxTokens), reader));
    }

    /** As {@link #run(String, OutputReader)}, for two texts that the graph reads as one. */
    <T> T runPair(String first, String second, OutputReader<T> reader) {
        return guarded(() -> outputOf(Tokens.of(tokenizer.encode(first, second)), reader));
    }

    /**
     * The results of {@code work}, in its order, done side by side on this transformer's threads.
     *
     * @param urgent whether it goes before all work that isn't
     * @throws java.util.concurrent.CompletionException as {@link EmbeddingWorkers#all}
     */
    <T> List<T> sideBySide(boolean urgent, List<? extends Callable<T>> work, Duration limit) {
        return workers.all(urgent, work, limit);
    }

    /** What {@code reader} takes from the tokenizer. */
    <T> T tokenized(Function<HuggingFaceTokenizer, T> reader) {
        return guarded(() -> reader.apply(tokenizer));
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
            throw new IllegalStateException("the model " + name + " could not be closed", e);
        } finally {
            inUse.writeLock().unlock();
        }
    }

    private <T> T guarded(Run<T> run) {
        inUse.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the model " + name + " is closed");
            }
            return run.get();
        } catch (OrtException e) {
            throw new IllegalStateException("the model " + name + " failed", e);
        } finally {
            inUse.readLock().unlock();
        }
    }

    private <T> T outputOf(Tokens tokens, OutputReader<T> reader) throws OrtException {
        long[] shape = {1, tokens.ids.length};
        try (OnnxTensor ids = tensor(tokens.ids, shape);
                OnnxTensor mask = tensor(tokens.mask, shape);
                OnnxTensor types = tensor(tokens.types, shape);
                OrtSession.Result result = session.run(inputs(ids, mask, types))) {
            if (result.get(0) instanceof OnnxTensor output) {
                return reader.read(tokens.ids, output);
            }
            throw new IllegalStateException("the first output of the model " + name + " is no tensor");
        }
    }

    private OnnxTensor tensor(long[] values, long[] shape) throws OrtException {
        return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }

    /** Not every graph has token types. */
    private Map<String, OnnxTensor> inputs(OnnxTensor ids, OnnxTensor mask, OnnxTensor types) {
        Map<String, OnnxTensor> inputs = new HashMap<>(Map.of(INPUT_IDS, ids, ATTENTION_MASK, mask));
        if (session.getInputNames().contains(TOKEN_TYPES)) {
            inputs.put(TOKEN_TYPES, types);
        }
        return inputs;
    }

    /** Where the graph comes from. */
    interface Graph {
        OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options) throws OrtException, IOException;
    }

    /** Copies out of a tensor what is wanted of it; the tensor is gone afterwards. */
    interface OutputReader<T> {
        T read(long[] tokenIds, OnnxTensor output) throws OrtException;
    }

    /** One sequence as the graph reads it, with the marks that frame it. */
    private static final class Tokens {
        private final long[] ids;
        private final long[] mask;
        private final long[] types;

        private Tokens(long[] ids, long[] mask, long[] types) {
            this.ids = ids;
            this.mask = mask;
            this.types = types;
        }

        static Tokens of(Encoding encoding) {
            return new Tokens(encoding.getIds(), encoding.getAttentionMask(), encoding.getTypeIds());
        }

        /** The first {@code max} tokens, the last of them the mark that ends the whole. */
        Tokens upTo(int max) {
            if (ids.length <= max) {
                return this;
            }
            long[] cut = Arrays.copyOf(ids, max);
            cut[max - 1] = ids[ids.length - 1];
            return new Tokens(cut, Arrays.copyOf(mask, max), Arrays.copyOf(types, max));
        }
    }

    private interface Run<T> {
        T get() throws OrtException;
    }
}
