package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.jspecify.annotations.Nullable;

/** What can be asked of one collection's points; each answer is from one view of them. */
final class CollectionReads {
    private static final float SCORE_WITHOUT_QUERY = 1;

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
        PointAnswer answer = new PointAnswer(
                request.hasWithPayload() ? PayloadSelection.of(request.getWithPayload()) : PayloadSelection.NOTHING,
                PointAnswer.vectors(request.getWithVectors()));
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
        long limit = SearchRequest.checkedLimit(request.hasLimit() ? Integer.toUnsignedLong(request.getLimit()) : 10);
        PointAnswer answer = new PointAnswer(
                request.hasWithPayload() ? PayloadSelection.of(request.getWithPayload()) : PayloadSelection.ALL,
                PointAnswer.vectors(request.getWithVectors()));
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
        Query filter = query(request.filter());
        return collection.read(searcher -> {
            PointId id = request.targetId();
            if (request.target() == null) {
                return inOrder(searcher, filter, request);
            }
            if (id == null) {
                float[] target = PointVector.of(request.target(), descriptor.dimension());
                return nearest(searcher, descriptor.metric().stored(target), filter, request);
            }
            PointKey key = PointKey.of(id);
            float[] target = storedVector(searcher, key);
            return nearest(searcher, target, allBut(key, filter), request);
        });
    }

    private List<ScoredPoint> nearest(
            IndexSearcher searcher, float[] target, @Nullable Query filter, SearchRequest request) throws IOException {
        PointReader points = new PointReader(searcher.getIndexReader());
        List<ScoredPoint> found = new ArrayList<>();
        List<VectorSearch.Hit> hits = VectorSearch.run(
                searcher,
                descriptor.metric(),
                target,
                filter,
                request.settings(searcher.getIndexReader().numDocs()));
        for (VectorSearch.Hit hit : after(request.offset(), hits)) {
            found.add(request.answer().scored(points, hit.doc(), hit.score(), points.version(hit.doc())));
        }
        return found;
    }

    private static List<ScoredPoint> inOrder(IndexSearcher searcher, @Nullable Query filter, SearchRequest request)
            throws IOException {
        PointReader points = new PointReader(searcher.getIndexReader());
        List<Integer> docs = new ArrayList<>();
        int top = request.settings(searcher.getIndexReader().numDocs()).top();
        new Scroll(searcher, filter).from(null, (key, doc) -> {
            docs.add(doc);
            return docs.size() < top;
        });
        List<ScoredPoint> found = new ArrayList<>();
        for (int doc : after(request.offset(), docs)) {
            found.add(request.answer().scored(points, doc, SCORE_WITHOUT_QUERY, 0));
        }
        return found;
    }

    private static <T> List<T> after(long offset, List<T> found) {
        return Long.compareUnsigned(offset, found.size()) >= 0 ? List.of() : found.subList((int) offset, found.size());
    }

    private static float[] storedVector(IndexSearcher searcher, PointKey key) throws IOException {
        PointDocument point = new PointReader(searcher.getIndexReader()).point(key);
        if (point == null) {
            throw Refusal.noPoint(key);
        }
        float[] vector = point.vector();
        if (vector == null) {
            throw Refusal.notFound("Vector with name \"\" for point not found");
        }
        return vector;
    }

    private static Query allBut(PointKey key, @Nullable Query filter) {
        return new BooleanQuery.Builder()
                .add(filter == null ? new MatchAllDocsQuery() : filter, Occur.FILTER)
                .add(new TermQuery(key.term()), Occur.MUST_NOT)
                .build();
    }

    private @Nullable Query query(@Nullable Filter filter) {
        return filter == null ? null : new FilterQuery(descriptor.textFields()).of(filter);
    }
}
