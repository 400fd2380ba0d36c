package io.llmtwin.retrieval.qdrant;

import com.google.common.primitives.Floats;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.BatchResult;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Message;
import org.apache.camel.component.qdrant.QdrantAction;
import org.apache.camel.component.qdrant.QdrantActionException;
import org.apache.camel.component.qdrant.QdrantHeaders;
import org.apache.camel.component.qdrant.QdrantProducer;

/** The producer of {@link ConcurrentQdrantComponent}. Every call ends on the thread that made it. */
final class ConcurrentQdrantProducer extends QdrantProducer {
    /** Header: a {@link Filter} for this message's search. */
    static final String FILTER = "CamelQdrantFilter";
    /** Header: how many hits this message's search returns. */
    static final String LIMIT = "CamelQdrantLimit";

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    private final ConcurrentQdrantEndpoint endpoint;

    ConcurrentQdrantProducer(ConcurrentQdrantEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Message message = exchange.getMessage();
        QdrantAction action = message.getHeader(QdrantHeaders.ACTION, endpoint.getAction(), QdrantAction.class);
        try {
            if (action == QdrantAction.SIMILARITY_SEARCH) {
                message.setBody(search(message));
            } else {
                message.setHeader(QdrantHeaders.ACTION, action);
                awaitInherited(exchange);
                message.removeHeader(QdrantHeaders.ACTION);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            exchange.setException(e);
        } catch (ExecutionException e) {
            exchange.setException(failure(action, e));
        } catch (Exception e) {
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    private static QdrantActionException failure(QdrantAction action, ExecutionException failed) {
        Throwable cause = failed.getCause() == null ? failed : failed.getCause();
        return Status.fromThrowable(cause).getCode() == Status.Code.INVALID_ARGUMENT
                ? new RefusedRequestException(action, cause)
                : new QdrantActionException(action, cause);
    }

    /** camel-qdrant's own producer does the call; only its completion runs on its one thread. */
    private void awaitInherited(Exchange exchange) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        super.process(exchange, doneSync -> done.countDown());
        done.await();
    }

    private Object search(Message message) throws InterruptedException, ExecutionException, InvalidPayloadException {
        if (message.getBody() instanceof List<?> list && list.stream().allMatch(QueryPoints.class::isInstance)) {
            return searchTogether(list.stream().map(QueryPoints.class::cast).toList());
        }
        ListenableFuture<List<ScoredPoint>> call = endpoint.getClient().queryAsync(query(message), timeout());
        try {
            List<ScoredPoint> hits = call.get();
            message.setHeader(QdrantHeaders.SIZE, hits.size());
            return new ArrayList<>(hits);
        } finally {
            call.cancel(true);
        }
    }

    /** One list of hits for each query, in the queries' order; a collection that does not exist has none. */
    private List<List<ScoredPoint>> searchTogether(List<QueryPoints> queries)
            throws InterruptedException, ExecutionException {
        Map<String, List<Integer>> byCollection = new LinkedHashMap<>();
        for (int i = 0; i < queries.size(); i++) {
            byCollection
                    .computeIfAbsent(queries.get(i).getCollectionName(), name -> new ArrayList<>())
                    .add(i);
        }
        Map<List<Integer>, ListenableFuture<List<BatchResult>>> calls = new LinkedHashMap<>();
        byCollection.forEach((collection, indexes) -> calls.put(indexes, batch(collection, indexes, queries)));
        List<List<ScoredPoint>> results = new ArrayList<>(Collections.nCopies(queries.size(), List.of()));
        try {
            for (Map.Entry<List<Integer>, ListenableFuture<List<BatchResult>>> call : calls.entrySet()) {
                List<BatchResult> batch = call.getValue().get();
                for (int i = 0; i < batch.size(); i++) {
                    results.set(call.getKey().get(i), batch.get(i).getResultList());
                }
            }
        } finally {
            calls.values().forEach(call -> call.cancel(true));
        }
        return results;
    }

    private ListenableFuture<List<BatchResult>> batch(
            String collection, List<Integer> indexes, List<QueryPoints> queries) {
        List<QueryPoints> own = indexes.stream().map(queries::get).toList();
        return emptyIfMissing(endpoint.getClient().queryBatchAsync(collection, own, null, timeout()), own.size());
    }

    private static ListenableFuture<List<BatchResult>> emptyIfMissing(
            ListenableFuture<List<BatchResult>> call, int queries) {
        return Futures.catchingAsync(
                call,
                StatusRuntimeException.class,
                e -> e.getStatus().getCode() == Status.Code.NOT_FOUND
                        ? Futures.immediateFuture(Collections.nCopies(queries, BatchResult.getDefaultInstance()))
                        : Futures.immediateFailedFuture(e),
                MoreExecutors.directExecutor());
    }

    private QueryPoints query(Message message) throws InvalidPayloadException {
        QueryPoints.Builder query = QueryPoints.newBuilder()
                .setCollectionName(endpoint.getCollection())
                .setQuery(QueryFactory.nearest(vector(message)))
                .setLimit(message.getHeader(LIMIT, endpoint.getConfiguration().getMaxResults(), int.class))
                .setWithPayload(WithPayloadSelectorFactory.enable(message.getHeader(
                        QdrantHeaders.INCLUDE_PAYLOAD, QdrantHeaders.DEFAULT_INCLUDE_PAYLOAD, boolean.class)))
                .setWithVectors(WithVectorsSelectorFactory.enable(message.getHeader(
                        QdrantHeaders.INCLUDE_VECTORS, QdrantHeaders.DEFAULT_INCLUDE_VECTORS, boolean.class)));
        Filter filter = message.getHeader(FILTER, endpoint.getConfiguration().getFilter(), Filter.class);
        if (filter != null) {
            query.setFilter(filter);
        }
        return query.build();
    }

    @SuppressWarnings("unchecked")
    private static List<Float> vector(Message message) throws InvalidPayloadException {
        if (message.getBody() instanceof float[] vector) {
            return Floats.asList(vector);
        }
        if (message.getBody() instanceof PointStruct point) {
            return point.getVectors().getVector().getDense().getDataList();
        }
        return message.getMandatoryBody(List.class);
    }

    private Duration timeout() {
        Duration timeout = endpoint.getConfiguration().getTimeout();
        return timeout == null ? DEFAULT_TIMEOUT : timeout;
    }
}
