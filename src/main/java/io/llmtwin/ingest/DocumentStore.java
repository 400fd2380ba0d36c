package io.llmtwin.ingest;

import static io.qdrant.client.ConditionFactory.matchKeyword;

import com.google.common.util.concurrent.ListenableFuture;
import io.llmtwin.retrieval.DocumentType;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** The three collections as documents rather than points. Thread-safe. */
final class DocumentStore {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int PAGE = 1_000;

    private final QdrantClient client;
    private final PointStore points;
    private final IntSupplier dimension;
    private final Retry retry;
    private volatile boolean ready;

    DocumentStore(QdrantClient client, PointStore points, IntSupplier dimension, Retry retry) {
        this.client = client;
        this.points = points;
        this.dimension = dimension;
        this.retry = retry;
    }

    /** Creates the collections and indexes that are missing. */
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

    /** What is stored of the corpus in one collection. */
    StoredDocuments corpusDocuments(DocumentType type) throws InterruptedException {
        StoredDocuments stored = new StoredDocuments();
        ScrollPoints.Builder request = ScrollPoints.newBuilder()
                .setCollectionName(type.collection())
                .setFilter(Filter.newBuilder().addMust(matchKeyword(Payload.ORIGIN, Origin.CORPUS.payloadValue())))
                .setLimit(PAGE)
                .setWithPayload(WithPayloadSelectorFactory.include(
                        List.of(Payload.DOCUMENT_ID, Payload.CHUNKS, Payload.CONTENT_HASH)));
        while (true) {
            ScrollResponse page = call("list " + type.collection(), () -> client.scrollAsync(request.build(), TIMEOUT));
            for (RetrievedPoint point : page.getResultList()) {
                Map<String, Value> payload = point.getPayloadMap();
                stored.add(text(payload, Payload.DOCUMENT_ID), text(payload, Payload.CONTENT_HASH), (int)
                        payload.getOrDefault(Payload.CHUNKS, Value.getDefaultInstance())
                                .getIntegerValue());
            }
            if (!page.hasNextPageOffset()) {
                return stored;
            }
            PointId next = page.getNextPageOffset();
            request.setOffset(next);
        }
    }

    void upsert(DocumentType type, List<PointStruct> batch) throws InterruptedException {
        retry.call("store points in " + type.collection(), () -> {
            points.upsert(type.collection(), batch);
            return true;
        });
    }

    /** Deletes what is left of earlier versions of a document. */
    void deleteOthers(DocumentType type, String id, String hash) throws InterruptedException {
        delete(
                type,
                Filter.newBuilder()
                        .addMust(matchKeyword(Payload.DOCUMENT_ID, id))
                        .addMustNot(matchKeyword(Payload.CONTENT_HASH, hash))
                        .build());
    }

    /** Deletes a document of the corpus. */
    void deleteFromCorpus(DocumentType type, String id) throws InterruptedException {
        delete(
                type,
                Filter.newBuilder()
                        .addMust(matchKeyword(Payload.DOCUMENT_ID, id))
                        .addMust(matchKeyword(Payload.ORIGIN, Origin.CORPUS.payloadValue()))
                        .build());
    }

    /** Deletes a document wherever it came from; false if there was none. */
    boolean delete(DocumentType type, String id) throws InterruptedException {
        Filter filter = Filter.newBuilder()
                .addMust(matchKeyword(Payload.DOCUMENT_ID, id))
                .build();
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

    private void delete(DocumentType type, Filter filter) throws InterruptedException {
        call("delete from " + type.collection(), () -> client.deleteAsync(type.collection(), filter, TIMEOUT));
    }

    private void ensure(DocumentType type) throws InterruptedException {
        String collection = type.collection();
        if (!call("look for " + collection, () -> client.collectionExistsAsync(collection, TIMEOUT))) {
            VectorParams vectors = VectorParams.newBuilder()
                    .setSize(dimension.getAsInt())
                    .setDistance(Distance.Cosine)
                    .build();
            call("create " + collection, () -> client.createCollectionAsync(collection, vectors, TIMEOUT));
        }
        CollectionInfo info = call("look at " + collection, () -> client.getCollectionInfoAsync(collection, TIMEOUT));
        long size = info.getConfig().getParams().getVectorsConfig().getParams().getSize();
        if (size != 0 && size != dimension.getAsInt()) {
            throw new StoreException("the collection " + collection + " holds vectors of " + size
                    + " dimensions, the embedding model makes " + dimension.getAsInt());
        }
        for (String key : Payload.indexed(type)) {
            if (!info.containsPayloadSchema(key)) {
                call(
                        "index " + key + " of " + collection,
                        () -> client.createPayloadIndexAsync(
                                collection, key, PayloadSchemaType.Keyword, null, true, null, TIMEOUT));
            }
        }
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

    private static String text(Map<String, Value> payload, String key) {
        return payload.getOrDefault(key, Value.getDefaultInstance()).getStringValue();
    }
}
