package io.llmtwin.ingest;

import com.google.common.util.concurrent.Uninterruptibles;
import io.llmtwin.ingest.Ingestor.PendingChunk;
import io.llmtwin.retrieval.DocumentType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds and stores chunks, a batch at a time over documents, while the next are read: one batch embeds while another is
 * sent to the store. No more than a few batches are held. To be fed and finished by one thread.
 */
final class ChunkPipeline implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkPipeline.class);
    private static final Duration LAST_BATCH = Duration.ofSeconds(10);
    private static final int WORKERS = 2;
    private static final int IN_FLIGHT = 2 * WORKERS;

    private final Ingestor ingestor;
    private final IntConsumer stored;
    private final Map<DocumentType, List<Item>> waiting = new EnumMap<>(DocumentType.class);
    private final Semaphore room = new Semaphore(IN_FLIGHT);
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final ExecutorService workers = Executors.newFixedThreadPool(WORKERS, runnable -> {
        Thread thread = new Thread(runnable, "ingest");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * A pipeline into the ingestor's store.
     *
     * @param stored told the size of each batch that is stored
     */
    ChunkPipeline(Ingestor ingestor, IntConsumer stored) {
        this.ingestor = ingestor;
        this.stored = stored;
    }

    /**
     * Takes a document; waits while there is too much on the way.
     *
     * @param replaces whether something of it is stored, which is deleted once all of this is
     * @throws StoreException if any batch failed
     */
    void add(PreparedDocument document, boolean replaces) throws InterruptedException {
        DocumentType type = document.document().type();
        List<PendingChunk> chunks = Ingestor.pending(document);
        Rest rest = new Rest(document, new AtomicInteger(chunks.size()), replaces);
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
        workers.shutdownNow();
        if (!Uninterruptibles.awaitTerminationUninterruptibly(workers, LAST_BATCH)) {
            LOG.warn("a batch is still being stored");
        }
    }

    private void submit(DocumentType type, List<Item> batch) throws InterruptedException {
        throwFailure();
        room.acquire();
        workers.execute(() -> {
            try {
                if (failure.get() == null) {
                    store(type, batch);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
            } catch (OutOfMemoryError e) {
                failure.compareAndSet(null, new IllegalStateException("out of memory while storing a batch", e));
            } finally {
                room.release();
            }
        });
    }

    private void store(DocumentType type, List<Item> batch) throws InterruptedException {
        ingestor.store(type, batch.stream().map(Item::chunk).toList());
        stored.accept(batch.size());
        for (Item item : batch) {
            if (item.rest.chunks.decrementAndGet() == 0 && item.rest.replaces) {
                PreparedDocument document = item.rest.document;
                ingestor.store().deleteOthers(type, document.document().id(), document.hash());
            }
        }
    }

    private void throwFailure() {
        RuntimeException cause = failure.get();
        if (cause != null) {
            throw cause;
        }
    }

    /** What of a document is not yet stored. */
    private record Rest(PreparedDocument document, AtomicInteger chunks, boolean replaces) {}

    private record Item(PendingChunk chunk, Rest rest) {}
}
