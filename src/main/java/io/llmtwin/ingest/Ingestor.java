package io.llmtwin.ingest;

import io.llmtwin.retrieval.DocumentType;
import io.llmtwin.retrieval.Embedder;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Points.PointStruct;
import java.util.ArrayList;
import java.util.List;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Documents in, points out: chunked, embedded and stored, and what was stored of an earlier version deleted. Failures of
 * the store that may pass are tried again for some seconds. Thread-safe.
 */
public final class Ingestor {
    /** Chunks embedded and stored at a time. */
    static final int BATCH = 32;

    private static final int TRIES_AGAIN = 5;

    private final Chunker chunker = new Chunker();
    private final Embedder embedder;
    private final ContentHash hash;
    private final DocumentStore store;

    /**
     * An ingestor that fills the collections of {@link DocumentType}.
     *
     * @param points takes the upserts
     * @param client does everything else
     */
    public Ingestor(Embedder embedder, PointStore points, QdrantClient client) {
        this(embedder, new DocumentStore(client, points, embedder::dimension, new Retry(pauses())));
    }

    Ingestor(Embedder embedder, DocumentStore store) {
        this.embedder = embedder;
        this.store = store;
        this.hash = new ContentHash(embedder.modelName());
    }

    /**
     * Stores {@code documents} in place of those with the same ids; one result each, in their order.
     *
     * @throws StoreException if the store is unreachable or refuses; documents before the one that failed are stored,
     *     and sending all of them again does no harm
     */
    public List<IngestedDocument> ingest(List<SourceDocument> documents) throws InterruptedException {
        store.ensureCollectionsOnce();
        List<IngestedDocument> ingested = new ArrayList<>(documents.size());
        for (SourceDocument document : documents) {
            PreparedDocument prepared = prepare(document, Origin.API, hash(document));
            List<PendingChunk> chunks = pending(prepared);
            for (int from = 0; from < chunks.size(); from += BATCH) {
                store(document.type(), chunks.subList(from, Math.min(chunks.size(), from + BATCH)));
            }
            store.deleteOthers(document.type(), document.id(), prepared.hash());
            ingested.add(new IngestedDocument(
                    document.id(), document.type(), document.type().collection(), chunks.size(), prepared.hash()));
        }
        return ingested;
    }

    /** {@link #ingest(List)} of one. */
    public IngestedDocument ingest(SourceDocument document) throws InterruptedException {
        return ingest(List.of(document)).get(0);
    }

    /**
     * Deletes a document from whichever collections hold it. One of the corpus comes back with the next change there.
     *
     * @return false if none did
     */
    public boolean delete(String documentId) throws InterruptedException {
        store.ensureCollectionsOnce();
        boolean deleted = false;
        for (DocumentType type : DocumentType.values()) {
            deleted |= store.delete(type, documentId);
        }
        return deleted;
    }

    DocumentStore store() {
        return store;
    }

    String hash(SourceDocument document) {
        return hash.of(document);
    }

    PreparedDocument prepare(SourceDocument document, Origin origin, String contentHash) {
        return new PreparedDocument(document, origin, contentHash, chunker.chunk(document));
    }

    static List<PendingChunk> pending(PreparedDocument document) {
        List<PendingChunk> pending = new ArrayList<>(document.chunks().size());
        for (int i = 0; i < document.chunks().size(); i++) {
            pending.add(new PendingChunk(document, i));
        }
        return pending;
    }

    /** Embeds and stores chunks of one collection. */
    void store(DocumentType type, List<PendingChunk> chunks) throws InterruptedException {
        List<float[]> vectors =
                embedder.embed(chunks.stream().map(PendingChunk::content).toList());
        List<PointStruct> points = new ArrayList<>(chunks.size());
        for (int i = 0; i < chunks.size(); i++) {
            PendingChunk chunk = chunks.get(i);
            points.add(Payload.point(chunk.document, chunk.index, vectors.get(i)));
        }
        store.upsert(type, points);
    }

    private static ExponentialBackOff pauses() {
        ExponentialBackOff pauses = new ExponentialBackOff(200, 2);
        pauses.setMaxInterval(5_000);
        pauses.setMaxAttempts(TRIES_AGAIN);
        return pauses;
    }

    /** One chunk of a document on its way. */
    record PendingChunk(PreparedDocument document, int index) {
        String content() {
            return document.chunks().get(index).content();
        }
    }
}
