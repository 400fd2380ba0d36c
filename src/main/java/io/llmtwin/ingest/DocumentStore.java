package io.llmtwin.ingest;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.matchKeywords;

import com.google.common.util.concurrent.ListenableFuture;
import io.llmtwin.retrieval.CollectionSchema;
import io.llmtwin.retrieval.DocumentType;
import io.llmtwin.retrieval.TermWeights;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.Modifier;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The three collections as documents rather than points. Thread-safe. */
final class DocumentStore {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int PAGE = 1_000;

    private final QdrantClient client;
    private final PointStore points;
    private final Supplier<CollectionSchema> schema;
    private final Retry retry;
    private final Set<DocumentType> weighed = ConcurrentHashMap.newKeySet();
    private volatile boolean ready;

    /**
     * A store that is not yet spoken to.
     *
     * @param schema of the vectors that are going to be stored; asked for when it is needed, for a model may have to be
     *     reached for it
     */
    DocumentStore(QdrantClient client, PointStore points, Supplier<CollectionSchema> schema, Retry retry) {
        this.client = client;
        this.points = points;
        this.schema = schema;
        this.retry = retry;
    }

    /**
     * Creates the collections and indexes that are missing.
     *
     * @throws StoreException if a collection holds what can't be compared with what is going to be stored
     * @throws EmbeddingException if the model can't be asked for its dimension
     */
    void ensureCollections() throws InterruptedException {
        for (DocumentType type : DocumentType.values()) {
            ensure(type);
        }
        ready = true;
    }

    void ensureCollectionsOnce() throws InterruptedException {
        if (!ready) {
            ensureCollections();
        }
    }

    /** Whether points of that collection have the sparse vector {@link TermWeights#VECTOR}, as one of the course's has not. */
    boolean hasTermWeights(DocumentType type) {
        return weighed.contains(type);
    }

    /**
     * What is stored under each of some documents' ids.
     *
     * @param hashes what the chunks of each document should have, by its id
     */
    Map<String, StoredChunks> chunks(DocumentType type, Map<String, String> hashes) throws InterruptedException {
        Map<String, StoredChunks> found = new HashMap<>();
        List<String> keys =
                new ArrayList<>(List.of(Payload.DOCUMENT_ID, Payload.CHUNK, Payload.CONTENT_HASH, Payload.ORIGIN));
        keys.addAll(type.authorKeys());
        hashes.keySet().forEach(id -> found.put(id, new StoredChunks()));
        scroll(
                type,
                Filter.newBuilder()
                        .addMust(matchKeywords(Payload.DOCUMENT_ID, List.copyOf(hashes.keySet())))
                        .build(),
                keys,
                payload -> found.computeIfPresent(text(payload, Payload.DOCUMENT_ID), (id, chunks) -> {
                    chunks.add(
                            integer(payload, Payload.CHUNK),
                            text(payload, Payload.CONTENT_HASH).equals(hashes.get(id)),
                            Origin.of(text(payload, Payload.ORIGIN)),
                            writer(type, payload));
                    return chunks;
                }));
        return found;
    }

    /** What is stored of the corpus in one collection, and which ids are taken by others. */
    StoredDocuments corpusDocuments(DocumentType type) throws InterruptedException {
        StoredDocuments stored = new StoredDocuments();
        Condition fromCorpus = matchKeyword(Payload.ORIGIN, Origin.CORPUS.payloadValue());
        scroll(
                type,
                Filter.newBuilder().addMust(fromCorpus).build(),
                List.of(Payload.DOCUMENT_ID, Payload.CHUNKS, Payload.CONTENT_HASH),
                payload -> stored.add(
                        text(payload, Payload.DOCUMENT_ID),
                        text(payload, Payload.CONTENT_HASH),
                        integer(payload, Payload.CHUNKS)));
        scroll(
                type,
                Filter.newBuilder().addMustNot(fromCorpus).build(),
                List.of(Payload.DOCUMENT_ID),
                payload -> stored.addForeign(text(payload, Payload.DOCUMENT_ID)));
        return stored;
    }

    void upsert(DocumentType type, List<PointStruct> batch) throws InterruptedException {
        try {
            retry.call("store points in " + type.collection(), () -> {
                points.upsert(type.collection(), batch);
                return true;
            });
        } catch (StoreException e) {
            // the collection may be gone; the next time it is looked for
            ready = false;
            throw e;
        }
    }

    /** Deletes what is left of earlier versions of a document. */
    void deleteOthers(DocumentType type, String id, String hash) throws InterruptedException {
        delete(
                type,
                ofDocument(id)
                        .addMustNot(matchKeyword(Payload.CONTENT_HASH, hash))
                        .build());
    }

    /** Deletes what is stored of this version of a document. */
    void deleteVersion(DocumentType type, String id, String hash) throws InterruptedException {
        delete(
                type,
                ofDocument(id).addMust(matchKeyword(Payload.CONTENT_HASH, hash)).build());
    }

    /** Deletes a document of the corpus. */
    void deleteFromCorpus(DocumentType type, String id) throws InterruptedException {
        delete(
                type,
                ofDocument(id)
                        .addMust(matchKeyword(Payload.ORIGIN, Origin.CORPUS.payloadValue()))
                        .build());
    }

    /** Deletes a document wherever it came from; false if there was none. */
    boolean delete(DocumentType type, String id) throws InterruptedException {
        Filter filter = ofDocument(id).build();
        ScrollPoints one = ScrollPoints.newBuilder()
                .setCollectionName(type.collection())
                .setFilter(filter)
                .setLimit(1)
                .setWithPayload(WithPayloadSelectorFactory.enable(false))
                .build();
        if (call("look into " + type.collection(), () -> client.scrollAsync(one, TIMEOUT))
                .getResultList()
                .isEmpty()) {
            return false;
        }
        delete(type, filter);
        return true;
    }

    private static Filter.Builder ofDocument(String id) {
        return Filter.newBuilder().addMust(matchKeyword(Payload.DOCUMENT_ID, id));
    }

    private void delete(DocumentType type, Filter filter) throws InterruptedException {
        call("delete from " + type.collection(), () -> client.deleteAsync(type.collection(), filter, TIMEOUT));
    }

    private void scroll(DocumentType type, Filter filter, List<String> keys, Consumer<Map<String, Value>> payloads)
            throws InterruptedException {
        ScrollPoints.Builder request = ScrollPoints.newBuilder()
                .setCollectionName(type.collection())
                .setFilter(filter)
                .setLimit(PAGE)
                .setWithPayload(WithPayloadSelectorFactory.include(keys));
        ScrollResponse page;
        do {
            page = call("list " + type.collection(), () -> client.scrollAsync(request.build(), TIMEOUT));
            page.getResultList().forEach(point -> payloads.accept(point.getPayloadMap()));
            request.setOffset(page.getNextPageOffset());
        } while (page.hasNextPageOffset());
    }

    private void ensure(DocumentType type) throws InterruptedException {
        String collection = type.collection();
        CollectionSchema made = made();
        if (!call("look for " + collection, () -> client.collectionExistsAsync(collection, TIMEOUT))) {
            call("create " + collection, () -> client.createCollectionAsync(creation(collection, made), TIMEOUT));
        }
        CollectionInfo info = call("look at " + collection, () -> client.getCollectionInfoAsync(collection, TIMEOUT));
        check(collection, info.getConfig(), made);
        if (info.getConfig().getParams().getSparseVectorsConfig().containsMap(TermWeights.VECTOR)) {
            weighed.add(type);
        } else {
            weighed.remove(type);
        }
        for (Map.Entry<String, PayloadSchemaType> index : Payload.indexed(type).entrySet()) {
            if (!info.containsPayloadSchema(index.getKey())) {
                call(
                        "index " + index.getKey() + " of " + collection,
                        () -> client.createPayloadIndexAsync(
                                collection, index.getKey(), index.getValue(), null, true, null, TIMEOUT));
            }
        }
    }

    private CollectionSchema made() {
        try {
            return schema.get();
        } catch (RuntimeException e) {
            throw new EmbeddingException(e);
        }
    }

    private static CreateCollection creation(String collection, CollectionSchema schema) {
        return CreateCollection.newBuilder()
                .setCollectionName(collection)
                .setVectorsConfig(VectorsConfig.newBuilder()
                        .setParams(VectorParams.newBuilder()
                                .setSize(schema.dimension())
                                .setDistance(Distance.Cosine)))
                .setSparseVectorsConfig(SparseVectorConfig.newBuilder()
                        .putMap(
                                TermWeights.VECTOR,
                                SparseVectorParams.newBuilder()
                                        .setModifier(Modifier.Idf)
                                        .build()))
                .putAllMetadata(schema.metadata())
                .build();
    }

    /** A collection that remembers nothing, as one of the course's, is held against its dimension alone. */
    private static void check(String collection, CollectionConfig config, CollectionSchema made) {
        long size = config.getParams().getVectorsConfig().getParams().getSize();
        if (size != 0 && size != made.dimension()) {
            throw new StoreException("the collection " + collection + " holds vectors of " + size
                    + " dimensions, the embedding model makes " + made.dimension());
        }
        Optional<CollectionSchema> remembered = CollectionSchema.of(config);
        if (remembered.isPresent() && !remembered.get().equals(made)) {
            throw new StoreException("the collection " + collection + " was filled by " + description(remembered.get())
                    + ", but this service makes " + description(made)
                    + ", which can't be compared; set EMBEDDING_MODEL_ID and EMBEDDING_URL to the model that filled it,"
                    + " or delete the collection and let it be filled anew");
        }
    }

    private static String description(CollectionSchema schema) {
        return schema.embeddingModel() + " (" + schema.dimension() + " dimensions, cleaning version "
                + schema.cleaningVersion() + ")";
    }

    private <T> T call(String what, Supplier<ListenableFuture<T>> request) throws InterruptedException {
        return retry.call(what, () -> {
            ListenableFuture<T> future = request.get();
            try {
                return future.get(TIMEOUT.toSeconds() + 1, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            } catch (TimeoutException | InterruptedException e) {
                future.cancel(true);
                throw e;
            }
        });
    }

    private static Set<String> writer(DocumentType type, Map<String, Value> payload) {
        return type.authorKeys().stream()
                .map(key -> text(payload, key))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    private static String text(Map<String, Value> payload, String key) {
        return payload.getOrDefault(key, Value.getDefaultInstance()).getStringValue();
    }

    private static int integer(Map<String, Value> payload, String key) {
        return (int) payload.getOrDefault(key, Value.getDefaultInstance()).getIntegerValue();
    }
}
