package io.llmtwin.ingest;

import io.llmtwin.retrieval.CollectionSchema;
import io.llmtwin.retrieval.DocumentType;
import io.llmtwin.retrieval.Embedder;
import io.llmtwin.retrieval.TermVector;
import io.llmtwin.retrieval.TermWeights;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Points.PointStruct;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Documents in, points out: chunked, embedded and stored, and what was stored of an earlier version deleted. Failures of
 * the store that may pass are tried again with growing pauses. Thread-safe.
 */
public final class Ingestor {
    /** Chunks embedded and stored at a time. */
    static final int BATCH = 32;

    /** Some seconds: a sync has time, and a store that restarts is soon back. */
    private static final int TRIES_AGAIN = 5;

    /** Under a second: a client waits. */
    private static final int TRIES_AGAIN_FOR_A_CLIENT = 2;

    private final Chunker chunker = new Chunker();
    private final Embedder embedder;
    private final TermWeights terms = new TermWeights();
    private final ContentHash hash;
    private final DocumentStore store;

    /**
     * An ingestor that fills the collections of {@link DocumentType}, and has patience with a store that is away.
     *
     * @param points takes the upserts
     * @param client does everything else
     */
    public Ingestor(Embedder embedder, PointStore points, QdrantClient client) {
        this(embedder, points, client, TRIES_AGAIN);
    }

    private Ingestor(Embedder embedder, PointStore points, QdrantClient client, int triesAgain) {
        this(
                embedder,
                new DocumentStore(client, points, () -> CollectionSchema.of(embedder), new Retry(pauses(triesAgain))));
    }

    /** An ingestor that tells soon that the store is away, since a client waits. */
    public static Ingestor forClients(Embedder embedder, PointStore points, QdrantClient client) {
        return new Ingestor(embedder, points, client, TRIES_AGAIN_FOR_A_CLIENT);
    }

    Ingestor(Embedder embedder, DocumentStore store) {
        this.embedder = embedder;
        this.store = store;
        this.hash = new ContentHash(embedder.modelName());
    }

    /**
     * Deletes a document from whichever collections hold it. One of the corpus comes back with the next change there.
     *
     * @param authors where a document that is not by them is left alone; null for anybody's
     * @return false if none did
     */
    boolean delete(String documentId, @Nullable List<String> authors) throws InterruptedException {
        store.ensureCollectionsOnce();
        boolean deleted = false;
        for (DocumentType type : DocumentType.values()) {
            deleted |= (authors == null || isBy(authors, type, documentId)) && store.delete(type, documentId);
        }
        return deleted;
    }

    private boolean isBy(List<String> authors, DocumentType type, String documentId) throws InterruptedException {
        StoredChunks stored = store.chunks(type, Map.of(documentId, "")).getOrDefault(documentId, new StoredChunks());
        return stored.areBy(authors);
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

    /** How many chunks a document will come to, roughly, without cutting it. */
    static int estimatedChunks(SourceDocument document) {
        return 1 + document.content().length() / Chunker.TARGET;
    }

    /** The chunks of a document whose places are not among {@code stored}. */
    static List<PendingChunk> pending(PreparedDocument document, Set<Integer> stored) {
        List<PendingChunk> pending = new ArrayList<>(document.chunks().size());
        for (int i = 0; i < document.chunks().size(); i++) {
            if (!stored.contains(i)) {
                pending.add(new PendingChunk(document, i));
            }
        }
        return pending;
    }

    /**
     * Chunks of one collection as points of it.
     *
     * @throws EmbeddingException if the model failed
     */
    List<PointStruct> embed(DocumentType type, List<PendingChunk> chunks) {
        List<String> contents = chunks.stream().map(PendingChunk::content).toList();
        List<float[]> vectors;
        try {
            vectors = embedder.embed(contents);
        } catch (RuntimeException e) {
            throw new EmbeddingException(e);
        }
        boolean weighed = store.hasTermWeights(type);
        List<PointStruct> points = new ArrayList<>(chunks.size());
        for (int i = 0; i < chunks.size(); i++) {
            PendingChunk chunk = chunks.get(i);
            TermVector weights = weighed ? terms.ofPassage(contents.get(i)) : new TermVector(List.of(), List.of());
            points.add(Payload.point(chunk.document, chunk.index, vectors.get(i), weights));
        }
        return points;
    }

    private static ExponentialBackOff pauses(int triesAgain) {
        ExponentialBackOff pauses = new ExponentialBackOff(200, 2);
        pauses.setMaxInterval(5_000);
        pauses.setMaxAttempts(triesAgain);
        return pauses;
    }

    /** One chunk of a document on its way. */
    record PendingChunk(PreparedDocument document, int index) {
        String content() {
            return document.chunks().get(index).content();
        }
    }
}
