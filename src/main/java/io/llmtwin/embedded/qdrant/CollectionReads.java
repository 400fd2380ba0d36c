package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetHit;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;

/** What can be asked of one collection's points; each answer is from one view of them. */
final class CollectionReads {
    private final Collection collection;
    private final CollectionDescriptor descriptor;

    CollectionReads(Collection collection) {
        this.collection = collection;
        this.descriptor = collection.descriptor();
    }

    /** The points that exist of those asked for, each once, in the order asked for. */
    List<RetrievedPoint> get(GetPoints request) {
        SearchRequest.refuseShardKeys(request.hasShardKeySelector());
        Set<PointKey> keys = new LinkedHashSet<>();
        request.getIdsList().forEach(id -> keys.add(PointKey.of(id)));
        PointAnswer answer = PointAnswer.of(
                request.hasWithPayload() ? PayloadSelection.of(request.getWithPayload()) : PayloadSelection.NOTHING,
                request.getWithVectors(),
                descriptor.spaces());
        return collection.read(searcher -> {
            PointReader points = new PointReader(searcher.getIndexReader());
            List<RetrievedPoint> found = new ArrayList<>();
            for (PointKey key : keys) {
                int doc = points.find(key);
                if (doc >= 0) {
                    found.add(answer.retrieved(points, key, doc));
                }
            }
            return found;
        });
    }

    long count(@Nullable Filter filter) {
        Query query = query(filter);
        return collection.read(
                searcher -> query == null ? searcher.getIndexReader().numDocs() : searcher.count(query));
    }

    /** A page of points in the order of their ids, and the id that the next page begins with. */
    ScrollResponse.Builder scroll(ScrollPoints request) {
        SearchRequest.refuseShardKeys(request.hasShardKeySelector());
        if (request.hasOrderBy()) {
            throw Refusal.unsupported("ordering by a payload key");
        }
        long limit = SearchRequest.checkedLimit(
                "limit", request.hasLimit() ? Integer.toUnsignedLong(request.getLimit()) : 10);
        PointAnswer answer = PointAnswer.of(
                request.hasWithPayload() ? PayloadSelection.of(request.getWithPayload()) : PayloadSelection.ALL,
                request.getWithVectors(),
                descriptor.spaces());
        PointKey start = request.hasOffset() ? PointKey.of(request.getOffset()) : null;
        Query filter = query(request.hasFilter() ? request.getFilter() : null);
        return collection.read(searcher -> {
            PointReader points = new PointReader(searcher.getIndexReader());
            ScrollResponse.Builder page = ScrollResponse.newBuilder();
            new Scroll(searcher, filter).from(start, (key, doc) -> {
                if (page.getResultCount() == limit) {
                    page.setNextPageOffset(key.toPointId());
                    return false;
                }
                page.addResult(answer.retrieved(points, key, doc));
                return true;
            });
            return page;
        });
    }

    /** The points asked for, best first; without a query in the order of their ids. */
    List<ScoredPoint> search(SearchRequest request) {
        PointAnswer answer = PointAnswer.of(request.payload(), request.vectors(), descriptor.spaces());
        boolean versioned = !(request.query().ranking() instanceof Ranking.ById);
        return collection.read(searcher -> {
            PointReader points = new PointReader(searcher.getIndexReader());
            List<ScoredPoint> found = new ArrayList<>();
            for (Hit hit : new QueryRun(searcher, descriptor).hits(request.query(), request.offset())) {
                found.add(answer.scored(points, hit, versioned ? points.version(hit.doc()) : 0));
            }
            return found;
        });
    }

    /** How many points have each value under a key. */
    List<FacetHit> facet(FacetCounts request) {
        Query filter = query(request.hasFilter() ? request.getFilter() : null);
        Facet facet = Facet.of(request, descriptor);
        return collection.read(searcher -> facet.hits(searcher, filter));
    }

    private @Nullable Query query(@Nullable Filter filter) {
        return filter == null ? null : new FilterQuery(descriptor.textFields()).of(filter);
    }
}
