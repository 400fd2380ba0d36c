package io.llmtwin.embedded.qdrant;

import io.grpc.stub.StreamObserver;
import io.qdrant.client.grpc.Points.BatchResult;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.CountResponse;
import io.qdrant.client.grpc.Points.CountResult;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetResponse;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.QueryBatchPoints;
import io.qdrant.client.grpc.Points.QueryBatchResponse;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.QueryResponse;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.SearchBatchPoints;
import io.qdrant.client.grpc.Points.SearchBatchResponse;
import io.qdrant.client.grpc.Points.SearchPoints;
import io.qdrant.client.grpc.Points.SearchResponse;
import io.qdrant.client.grpc.PointsGrpc.PointsImplBase;
import java.util.ArrayList;
import java.util.List;

/** The reading half of Qdrant's service {@code Points}: get, count, scroll, search, query and facet. */
abstract class PointReadsService extends PointsImplBase {
    private final Catalogue catalogue;

    PointReadsService(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public void get(GetPoints request, StreamObserver<GetResponse> observer) {
        Reply.to(observer, reply -> GetResponse.newBuilder()
                .addAllResult(points(request.getCollectionName()).get(request))
                .setTime(reply.seconds())
                .build());
    }

    @Override
    public void count(CountPoints request, StreamObserver<CountResponse> observer) {
        Reply.to(observer, reply -> {
            SearchRequest.refuseShardKeys(request.hasShardKeySelector());
            long count = points(request.getCollectionName()).count(request.hasFilter() ? request.getFilter() : null);
            return CountResponse.newBuilder()
                    .setResult(CountResult.newBuilder().setCount(count))
                    .setTime(reply.seconds())
                    .build();
        });
    }

    @Override
    public void scroll(ScrollPoints request, StreamObserver<ScrollResponse> observer) {
        Reply.to(observer, reply -> points(request.getCollectionName())
                .scroll(request)
                .setTime(reply.seconds())
                .build());
    }

    @Override
    public void search(SearchPoints request, StreamObserver<SearchResponse> observer) {
        Reply.to(observer, reply -> SearchResponse.newBuilder()
                .addAllResult(points(request.getCollectionName()).search(SearchRequest.of(request)))
                .setTime(reply.seconds())
                .build());
    }

    @Override
    public void searchBatch(SearchBatchPoints request, StreamObserver<SearchBatchResponse> observer) {
        Reply.to(observer, reply -> {
            checkNames(request.getSearchPointsList().stream()
                    .map(SearchPoints::getCollectionName)
                    .toList());
            List<BatchResult> results = searches(
                    request.getCollectionName(),
                    request.getSearchPointsList().stream()
                            .map(SearchRequest::of)
                            .toList());
            return SearchBatchResponse.newBuilder()
                    .addAllResult(results)
                    .setTime(reply.seconds())
                    .build();
        });
    }

    @Override
    public void query(QueryPoints request, StreamObserver<QueryResponse> observer) {
        Reply.to(observer, reply -> QueryResponse.newBuilder()
                .addAllResult(points(request.getCollectionName()).search(SearchRequest.of(request)))
                .setTime(reply.seconds())
                .build());
    }

    @Override
    public void queryBatch(QueryBatchPoints request, StreamObserver<QueryBatchResponse> observer) {
        Reply.to(observer, reply -> {
            List<BatchResult> results = searches(
                    request.getCollectionName(),
                    request.getQueryPointsList().stream().map(SearchRequest::of).toList());
            return QueryBatchResponse.newBuilder()
                    .addAllResult(results)
                    .setTime(reply.seconds())
                    .build();
        });
    }

    @Override
    public void facet(FacetCounts request, StreamObserver<FacetResponse> observer) {
        Reply.to(observer, reply -> {
            SearchRequest.refuseShardKeys(request.hasShardKeySelector());
            return FacetResponse.newBuilder()
                    .addAllHits(points(request.getCollectionName()).facet(request))
                    .setTime(reply.seconds())
                    .build();
        });
    }

    /** The collection {@code name}, or a refusal. */
    final Collection collection(String name) {
        return catalogue.get(name);
    }

    private CollectionReads points(String collection) {
        return new CollectionReads(collection(collection));
    }

    private List<BatchResult> searches(String collection, List<SearchRequest> requests) {
        CollectionReads points = points(collection);
        List<BatchResult> results = new ArrayList<>();
        for (SearchRequest request : requests) {
            results.add(BatchResult.newBuilder()
                    .addAllResult(points.search(request))
                    .build());
        }
        return results;
    }

    private static void checkNames(List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            CollectionName.checked("search_points[" + i + "].collection_name", names.get(i));
        }
    }
}
