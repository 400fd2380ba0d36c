package io.llmtwin.ingest;

import com.google.common.collect.Lists;
import com.google.common.util.concurrent.Striped;
import io.llmtwin.ingest.Ingestor.PendingChunk;
import io.llmtwin.ingest.UploadFailedException.Cause;
import io.llmtwin.ingest.UploadedDocument.Status;
import io.llmtwin.retrieval.DocumentType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Lock;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code uploads}: documents that clients send, stored before the client is told so. A document is stored once
 * the store acknowledged all of its chunks and the deletion of what was there before; what was sent twice, or is sent
 * again after a failure, costs only the chunks that are missing.
 *
 * <p>Chunks that wait to be embedded are bounded in number over all uploads, and an upload ends with the deadline of a
 * request, whatever of it is stored by then. Uploads of the same document take turns. Thread-safe.
 */
public final class Uploads {
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
    private static final String EMBEDDING_FAILED = "the embedding model failed";
    private static final int STRIPES = 1024;
    private static final int LOOKED_UP_TOGETHER = 100;

    private final Ingestor ingestor;
    private final Duration deadline;
    private final Backlog backlog;
    private final Striped<Lock> turns = Striped.lock(STRIPES);
    private final Map<Status, LongAdder> counts = new EnumMap<>(Status.class);
    private final LongAdder chunks = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /**
     * Uploads into the collections of {@link DocumentType}.
     *
     * @param maxPendingChunks chunks that may wait to be stored, over all uploads
     * @param deadline for one upload
     */
    public Uploads(Ingestor ingestor, int maxPendingChunks, Duration deadline) {
        this.ingestor = ingestor;
        this.deadline = deadline;
        this.backlog = new Backlog(maxPendingChunks, System::nanoTime);
        for (Status status : Status.values()) {
            counts.put(status, new LongAdder());
        }
    }

    /**
     * Stores {@code documents} in place of those with the same ids; one result each, in their order, at least one of
     * them {@link Status#STORED} and none {@link Status#NOT_STORED}.
     *
     * @throws UploadRefusedException if too much is waiting already; nothing is stored
     * @throws UploadFailedException if none of the documents could ever be stored, or not all in time, or the store or
     *     the embedding model failed
     */
    public List<UploadedDocument> store(List<SourceDocument> documents) throws InterruptedException {
        return storeWithin(documents, null);
    }

    /**
     * The same within what some authors wrote.
     *
     * @param authors beside whose documents none is replaced; null for everybody's
     */
    public List<UploadedDocument> storeWithin(
            @Body List<SourceDocument> documents, @Variable("authorScope") @Nullable List<String> authors)
            throws InterruptedException {
        int size = documents.stream().mapToInt(Ingestor::estimatedChunks).sum();
        if (!backlog.enter(size)) {
            refused.increment();
            throw new UploadRefusedException(backlog.pending(), backlog.emptyIn());
        }
        Upload upload = new Upload(documents, authors);
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread worker = new Thread(() -> {
            try {
                run(upload);
                done.complete(null);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            } finally {
                backlog.leave(size);
            }
        });
        worker.setName("upload");
        worker.setDaemon(true);
        worker.start();
        try {
            done.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
            return counted(upload.complete());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException) {
                String reason = String.valueOf(e.getCause().getMessage());
                throw failed(Cause.UNAVAILABLE, upload.end(reason), reason);
            }
            if (e.getCause() instanceof EmbeddingException) {
                // its message may name addresses, which are not for clients
                LOG.warn("an upload was cut short: {}", e.getCause().getMessage());
                throw failed(Cause.UNAVAILABLE, upload.end(EMBEDDING_FAILED), EMBEDDING_FAILED);
            }
            throw new IllegalStateException("an upload failed", e.getCause());
        } catch (TimeoutException e) {
            throw failed(
                    Cause.LATE,
                    upload.end("not done in time"),
                    "not all of it was stored within " + deadline.toSeconds() + " s; send again what is not stored");
        } finally {
            worker.interrupt();
        }
    }

    /**
     * Deletes a document from whichever collections hold it. One of the corpus comes back with the next change there.
     *
     * @throws UnknownDocumentException if none did
     * @throws UploadFailedException if the store failed
     */
    public void delete(String id) throws InterruptedException {
        deleteWithin(id, null);
    }

    /**
     * The same within what some authors wrote.
     *
     * @param authors beside whose documents none is found; null for everybody's
     */
    public void deleteWithin(@Body String id, @Variable("authorScope") @Nullable List<String> authors)
            throws InterruptedException {
        List<Lock> own = locks(
                Arrays.stream(DocumentType.values()).map(type -> key(type, id)).toList());
        lock(own);
        try {
            if (!ingestor.delete(id, authors)) {
                throw new UnknownDocumentException(id);
            }
        } catch (StoreException e) {
            throw new UploadFailedException(Cause.UNAVAILABLE, List.of(), String.valueOf(e.getMessage()));
        } finally {
            own.forEach(Lock::unlock);
        }
    }

    /** How many documents came to that, since the start. */
    public long documents(Status status) {
        LongAdder count = counts.get(status);
        return count == null ? 0 : count.sum();
    }

    /** Chunks embedded and stored since the start. */
    public long chunks() {
        return chunks.sum();
    }

    /** Uploads refused since the start because too much was waiting. */
    public long refused() {
        return refused.sum();
    }

    /** Chunks that were let in and are not stored yet, as estimated from the documents' sizes. */
    public int pendingChunks() {
        return backlog.pending();
    }

    private void run(Upload upload) throws InterruptedException {
        List<Lock> own = locks(upload.documents().stream()
                .map(document -> key(document.type(), document.id()))
                .toList());
        lock(own);
        try {
            ingestor.store().ensureCollectionsOnce();
            try (ChunkPipeline pipeline = new ChunkPipeline(ingestor, listener(upload))) {
                for (List<SourceDocument> some : Lists.partition(upload.distinct(), LOOKED_UP_TOGETHER)) {
                    add(some, upload, pipeline);
                }
                pipeline.finish();
            }
        } finally {
            own.forEach(Lock::unlock);
        }
    }

    private void add(List<SourceDocument> documents, Upload upload, ChunkPipeline pipeline)
            throws InterruptedException {
        Map<DocumentType, Map<String, String>> hashes = new EnumMap<>(DocumentType.class);
        for (SourceDocument document : documents) {
            hashes.computeIfAbsent(document.type(), first -> new HashMap<>())
                    .put(document.id(), ingestor.hash(document));
        }
        for (Map.Entry<DocumentType, Map<String, String>> ofType : hashes.entrySet()) {
            DocumentType type = ofType.getKey();
            Map<String, StoredChunks> stored = ingestor.store().chunks(type, ofType.getValue());
            for (SourceDocument document : documents) {
                if (document.type() == type) {
                    String hash = ofType.getValue().getOrDefault(document.id(), "");
                    StoredChunks own = stored.getOrDefault(document.id(), new StoredChunks());
                    add(document, hash, own, upload, pipeline);
                }
            }
        }
    }

    private void add(SourceDocument document, String hash, StoredChunks stored, Upload upload, ChunkPipeline pipeline)
            throws InterruptedException {
        if (document.content().length() > CorpusFile.LARGEST) {
            upload.reject(document, "larger than " + (CorpusFile.LARGEST >> 20) + " million characters");
            return;
        }
        if (stored.isFrom(Origin.CORPUS)) {
            upload.reject(document, "the corpus has a document of this id, and follows its own file");
            return;
        }
        if (!upload.mayReplace(stored)) {
            upload.reject(document, "another author has a document of this id");
            return;
        }
        PreparedDocument prepared = ingestor.prepare(document, Origin.API, hash);
        if (prepared.chunks().isEmpty()) {
            upload.reject(document, "no content is left after cleaning");
            return;
        }
        upload.expect(document, prepared.chunks().size());
        List<PendingChunk> missing = Ingestor.pending(prepared, stored.current());
        if (!missing.isEmpty()) {
            pipeline.add(prepared, missing, stored.hasOthers());
            return;
        }
        if (stored.hasOthers()) {
            ingestor.store().deleteOthers(document.type(), document.id(), prepared.hash());
        }
        upload.stored(document);
    }

    private ChunkPipeline.Listener listener(Upload upload) {
        return new ChunkPipeline.Listener() {
            @Override
            public void stored(int count) {
                chunks.add(count);
                backlog.stored(count);
            }

            @Override
            public void completed(SourceDocument document) {
                upload.stored(document);
            }

            @Override
            public void refused(SourceDocument document) {
                upload.reject(document, ChunkPipeline.REFUSED);
            }
        };
    }

    private List<UploadedDocument> counted(List<UploadedDocument> documents) {
        count(documents);
        if (documents.stream().noneMatch(document -> document.status() == Status.STORED)) {
            throw new UploadFailedException(Cause.REJECTED, documents, reasons(documents));
        }
        return documents;
    }

    private UploadFailedException failed(Cause cause, List<UploadedDocument> documents, String reason) {
        count(documents);
        return new UploadFailedException(cause, documents, reason);
    }

    private void count(List<UploadedDocument> documents) {
        for (UploadedDocument document : documents) {
            counts.computeIfPresent(document.status(), (status, count) -> {
                count.increment();
                return count;
            });
        }
    }

    private static String reasons(List<UploadedDocument> documents) {
        return documents.size() == 1
                ? "the document can't be stored: " + documents.get(0).reason()
                : "none of the documents can be stored; the first: "
                        + documents.get(0).reason();
    }

    /** In an order that is the same for all, so that two uploads never wait for each other. */
    private List<Lock> locks(Collection<String> keys) {
        List<Lock> own = new ArrayList<>();
        Lock last = null;
        for (Lock lock : turns.bulkGet(keys)) {
            if (lock != last) {
                own.add(lock);
            }
            last = lock;
        }
        return own;
    }

    private static void lock(List<Lock> own) throws InterruptedException {
        int locked = 0;
        try {
            for (Lock lock : own) {
                lock.lockInterruptibly();
                locked++;
            }
        } finally {
            if (locked < own.size()) {
                own.subList(0, locked).forEach(Lock::unlock);
            }
        }
    }

    private static String key(DocumentType type, String id) {
        return type.collection() + '/' + id;
    }
}
