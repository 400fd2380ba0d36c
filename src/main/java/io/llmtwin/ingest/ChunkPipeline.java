package io.llmtwin.ingest;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import io.llmtwin.ingest.Ingestor.PendingChunk;
import io.llmtwin.retrieval.DocumentType;
import io.qdrant.client.grpc.Points.PointStruct;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds and stores chunks, a batch at a time over documents, while the next are read. Batches are embedded on threads of
 * their own and stored on others, so that the embedding model waits for the store only when the store is the slower one
 * for long. No more than a few batches are held. Of a document with a chunk that the embedding model refuses nothing is
 * kept; the version before it stays as it was where all of the document is in one batch. To be fed and finished by one
 * thread.
 */
final class ChunkPipeline implements AutoCloseable {
    /** Why a document is not stored that the listener hears of as refused. */
    static final String REFUSED = "the embedding model refuses a part of it";

    private static final Logger LOG = LoggerFactory.getLogger(ChunkPipeline.class);
    private static final Duration LAST_BATCH = Duration.ofSeconds(10);
    /** Two batches embed at a time, so that no core idles while the last texts of one are still being embedded. */
    private static final int WORKERS = 2;

    private static final int IN_FLIGHT = 4 * WORKERS;

    private final Ingestor ingestor;
    private final Listener listener;
    private final Map<DocumentType, List<Item>> waiting = new EnumMap<>(DocumentType.class);
    private final Semaphore room = new Semaphore(IN_FLIGHT);
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final ExecutorService embedding = workers("ingest-embed");
    private final ExecutorService storing = workers("ingest-store");

    /** A pipeline into the ingestor's store. */
    ChunkPipeline(Ingestor ingestor, Listener listener) {
        this.ingestor = ingestor;
        this.listener = listener;
    }

    /**
     * Takes a document; waits while there is too much on the way.
     *
     * @param chunks those of its chunks that are to be embedded and stored; not empty
     * @param replaces whether something else is stored under its id, which is deleted once all of this is
     * @throws RuntimeException why a batch failed, if any did
     */
    void add(PreparedDocument document, List<PendingChunk> chunks, boolean replaces) throws InterruptedException {
        DocumentType type = document.document().type();
        Rest rest = new Rest(document, new AtomicInteger(chunks.size()), replaces, new AtomicBoolean());
        for (PendingChunk chunk : chunks) {
            List<Item> batch = waiting.computeIfAbsent(type, first -> new ArrayList<>(Ingestor.BATCH));
            batch.add(new Item(chunk, rest));
            if (batch.size() == Ingestor.BATCH) {
                waiting.remove(type);
                submit(type, batch);
            }
        }
    }

    /** Waits for everything taken to be stored. */
    void finish() throws InterruptedException {
        for (Map.Entry<DocumentType, List<Item>> batch : waiting.entrySet()) {
            submit(batch.getKey(), batch.getValue());
        }
        waiting.clear();
        room.acquire(IN_FLIGHT);
        room.release(IN_FLIGHT);
        throwFailure();
    }

    /** Drops what is not yet stored, and waits a moment for what is being stored. */
    @Override
    public void close() {
        embedding.shutdownNow();
        storing.shutdownNow();
        if (!Uninterruptibles.awaitTerminationUninterruptibly(embedding, LAST_BATCH)
                || !Uninterruptibles.awaitTerminationUninterruptibly(storing, LAST_BATCH)) {
            LOG.warn("a batch is still being embedded or stored");
        }
    }

    private void submit(DocumentType type, List<Item> batch) throws InterruptedException {
        throwFailure();
        room.acquire();
        embedding.execute(() -> {
            boolean handedOn = false;
            try {
                handedOn = step(() -> {
                    List<PointStruct> points = embed(type, batch);
                    storing.execute(() -> {
                        try {
                            step(() -> store(type, batch, points));
                        } finally {
                            room.release();
                        }
                    });
                });
            } finally {
                if (!handedOn) {
                    room.release();
                }
            }
        });
    }

    private List<PointStruct> embed(DocumentType type, List<Item> batch) {
        try {
            return ingestor.embed(type, batch.stream().map(Item::chunk).toList());
        } catch (EmbeddingException e) {
            if (!e.refused()) {
                throw e;
            }
            return embedOneByOne(type, batch);
        }
    }

    /** One refused text makes the server refuse its whole batch; it alone is to blame. */
    private List<PointStruct> embedOneByOne(DocumentType type, List<Item> batch) {
        List<PointStruct> points = new ArrayList<>(batch.size());
        IdentityHashMap<Rest, List<PointStruct>> documents = new IdentityHashMap<>();
        for (Item item : batch) {
            List<PointStruct> own = documents.computeIfAbsent(item.rest, first -> new ArrayList<>());
            try {
                own.addAll(ingestor.embed(type, List.of(item.chunk)));
            } catch (EmbeddingException e) {
                if (!e.refused()) {
                    throw e;
                }
                LOG.warn("{}: {}", item.rest.document.document().id(), e.getMessage());
                item.rest.refused.set(true);
            }
        }
        documents.forEach((rest, own) -> {
            if (!rest.refused.get()) {
                points.addAll(own);
            }
        });
        return points;
    }

    private void store(DocumentType type, List<Item> batch, List<PointStruct> points) throws InterruptedException {
        if (!points.isEmpty()) {
            ingestor.store().upsert(type, points);
        }
        listener.stored(batch.size());
        for (Item item : batch) {
            if (item.rest.chunks.decrementAndGet() == 0) {
                complete(type, item.rest);
            }
        }
    }

    private void complete(DocumentType type, Rest rest) throws InterruptedException {
        PreparedDocument document = rest.document;
        String id = document.document().id();
        if (rest.refused.get()) {
            ingestor.store().deleteVersion(type, id, document.hash());
            listener.refused(document.document());
            return;
        }
        if (rest.replaces) {
            ingestor.store().deleteOthers(type, id, document.hash());
        }
        listener.completed(document.document());
    }

    /** Takes a step of a batch, unless one of another batch failed; false if it was not taken to its end. */
    private boolean step(Step step) {
        if (failure.get() != null) {
            return false;
        }
        try {
            step.take();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RejectedExecutionException e) {
            LOG.debug("a batch was embedded too late to be stored");
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        } catch (Error e) {
            // of memory, or of a class that is gone since the jar was replaced: whoever waits for the batch must hear
            // of it
            failure.compareAndSet(null, new IllegalStateException("a batch could not be stored: " + e, e));
        }
        return false;
    }

    private void throwFailure() {
        RuntimeException cause = failure.get();
        if (cause != null) {
            throw cause;
        }
    }

    private static ExecutorService workers(String name) {
        return Executors.newFixedThreadPool(
                WORKERS,
                new ThreadFactoryBuilder().setNameFormat(name).setDaemon(true).build());
    }

    /** Hears how far the pipeline is, on the pipeline's threads. */
    interface Listener {
        /** A batch of so many chunks is stored. */
        void stored(int chunks);

        /** All of a document is stored, and nothing else under its id. */
        default void completed(SourceDocument document) {}

        /** The embedding model refused a part of a document; nothing of this version is stored. */
        void refused(SourceDocument document);
    }

    private interface Step {
        void take() throws InterruptedException;
    }

    /** What of a document is not yet stored. */
    private record Rest(PreparedDocument document, AtomicInteger chunks, boolean replaces, AtomicBoolean refused) {}

    private record Item(PendingChunk chunk, Rest rest) {}
}
