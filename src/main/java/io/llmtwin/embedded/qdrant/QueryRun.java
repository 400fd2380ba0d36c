package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Common.Filter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** A {@link RankedQuery} as it is answered from one view of a collection. */
final class QueryRun {
    private static final float SCORE_BY_ID = 1;

    private final IndexSearcher searcher;
    private final PointReader points;
    private final VectorSpaces spaces;
    private final FilterQuery filters;

    QueryRun(IndexSearcher searcher, CollectionDescriptor descriptor) {
        this.searcher = searcher;
        this.points = new PointReader(searcher.getIndexReader());
        this.spaces = descriptor.spaces();
        this.filters = new FilterQuery(descriptor.textFields());
    }

    /** The points that {@code query} finds, best first, without the best {@code offset}. */
    List<Hit> hits(RankedQuery query, long offset) throws IOException {
        Set<PointKey> targets = query.targetIds().map(PointKey::of).collect(Collectors.toCollection(TreeSet::new));
        Query others = targets.isEmpty() ? null : not(keys(targets));
        long top = offset < 0 || query.limit() < 0 || offset + query.limit() < 0 ? -1 : offset + query.limit();
        List<Hit> hits = hits(query, top, others);
        if (Long.compareUnsigned(offset, hits.size()) >= 0) {
            return List.of();
        }
        return hits.subList((int) offset, hits.size());
    }

    private List<Hit> hits(RankedQuery query, long top, @Nullable Query outer) throws IOException {
        Query filter = and(outer, query.filter());
        SearchSettings settings = query.settings(top, searcher.getIndexReader().numDocs());
        List<List<Hit>> sources = new ArrayList<>();
        for (RankedQuery source : query.sources()) {
            sources.add(hits(source, source.limit(), filter));
        }
        Ranking ranking = query.ranking();
        if (ranking instanceof Ranking.ReciprocalRank reciprocal) {
            return best(Fusion.byReciprocalRank(reciprocal.k(), sources, points), settings);
        }
        if (ranking instanceof Ranking.ScoreDistribution) {
            return best(Fusion.byScoreDistribution(sources, points), settings);
        }
        if (ranking instanceof Ranking.ById) {
            return byId(filter, settings);
        }
        Query among = sources.isEmpty() ? filter : keys(found(sources));
        if (ranking instanceof Ranking.NearestTo nearest) {
            VectorSpace space = spaces.get(nearest.using());
            return nearest(space, storedVector(PointKey.of(nearest.target()), space), among, settings);
        }
        Ranking.Nearest nearest = (Ranking.Nearest) ranking;
        VectorSpace space = spaces.get(nearest.using());
        return nearest(space, space.stored(nearest.target(), ""), among, settings);
    }

    private static List<Hit> best(List<Hit> fused, SearchSettings settings) {
        Float threshold = settings.threshold();
        return fused.stream()
                .takeWhile(hit -> threshold == null || hit.score() >= threshold)
                .limit(settings.top())
                .toList();
    }

    private List<Hit> nearest(VectorSpace space, VectorValue target, @Nullable Query filter, SearchSettings settings)
            throws IOException {
        if (space instanceof SparseSpace sparse) {
            return SparseSearch.run(searcher, sparse, (SparseValue) target, filter, settings);
        }
        return VectorSearch.run(searcher, (DenseSpace) space, ((DenseValue) target).components(), filter, settings);
    }

    private List<Hit> byId(@Nullable Query filter, SearchSettings settings) throws IOException {
        List<Hit> hits = new ArrayList<>();
        new Scroll(searcher, filter).from(null, (key, doc) -> {
            hits.add(new Hit(doc, SCORE_BY_ID));
            return hits.size() < settings.top();
        });
        return hits;
    }

    private VectorValue storedVector(PointKey key, VectorSpace space) throws IOException {
        PointDocument point = points.point(key, spaces);
        if (point == null) {
            throw Refusal.noPoint(key);
        }
        VectorValue vector = point.vector(space.name());
        if (vector == null) {
            throw Refusal.notFound("Vector with name \"" + space.name() + "\" for point not found");
        }
        return vector;
    }

    private @Nullable Query and(@Nullable Query outer, @Nullable Filter filter) {
        if (filter == null) {
            return outer;
        }
        Query inner = filters.of(filter);
        return outer == null
                ? inner
                : new BooleanQuery.Builder()
                        .add(outer, Occur.FILTER)
                        .add(inner, Occur.FILTER)
                        .build();
    }

    private Set<PointKey> found(List<List<Hit>> sources) throws IOException {
        Set<PointKey> keys = new TreeSet<>();
        for (List<Hit> source : sources) {
            for (Hit hit : source) {
                keys.add(points.key(hit.doc()));
            }
        }
        return keys;
    }

    private static Query keys(Set<PointKey> keys) {
        List<BytesRef> terms = keys.stream().map(PointKey::bytes).toList();
        return new TermInSetQuery(PointKey.FIELD, terms);
    }

    private static Query not(Query query) {
        return new BooleanQuery.Builder()
                .add(new MatchAllDocsQuery(), Occur.FILTER)
                .add(query, Occur.MUST_NOT)
                .build();
    }
}
