package io.llmtwin.ingest;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** A unit vector for each text, the same for the same text; takes as long as it is told to for each. */
final class HashedEmbeddingModel implements EmbeddingModel {
    /** What a text says that this model refuses. */
    static final String REFUSED = "xyzzy";

    private final String name;
    private final AtomicInteger texts = new AtomicInteger();
    private final Semaphore batches = new Semaphore(Integer.MAX_VALUE);
    private volatile Duration time = Duration.ZERO;
    private volatile boolean broken;

    HashedEmbeddingModel() {
        this("hashed");
    }

    HashedEmbeddingModel(String name) {
        this.name = name;
    }

    /** From now on each text takes so long. */
    void take(Duration each) {
        time = each;
    }

    /** From now on it fails, or not. */
    void setBroken(boolean isBroken) {
        broken = isBroken;
    }

    /** From now on batches wait until they are {@link #release}d. */
    void hold() {
        batches.drainPermits();
    }

    void release() {
        batches.release(1_000);
    }

    int texts() {
        return texts.get();
    }

    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
        try {
            batches.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
        if (broken) {
            throw new IllegalStateException("no answer from http://10.0.0.1:8000");
        }
        if (segments.stream().anyMatch(segment -> segment.text().contains(REFUSED))) {
            throw new InvalidRequestException("400 from http://10.0.0.1:8000");
        }
        texts.addAndGet(segments.size());
        return Response.from(segments.stream().map(this::embedding).toList());
    }

    @Override
    public int dimension() {
        return 384;
    }

    @Override
    public String modelName() {
        return name;
    }

    private Embedding embedding(TextSegment segment) {
        LockSupport.parkNanos(time.toNanos());
        Random random = new Random(segment.text().hashCode());
        float[] vector = new float[dimension()];
        IntStream.range(0, vector.length).forEach(i -> vector[i] = random.nextFloat() - 0.5f);
        Embedding embedding = Embedding.from(vector);
        embedding.normalize();
        return embedding;
    }
}
