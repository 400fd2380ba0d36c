package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.PrefetchQuery;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.SearchParams;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A query, or a part of one: the best {@code limit} by {@code ranking}, with scores better than {@code threshold} if
 * there is one, of what its sources have found, or without sources of all points that pass the filter, which is the
 * filters of this query and of those that it is a source of.
 */
record RankedQuery(
        Ranking ranking,
        List<RankedQuery> sources,
        @Nullable Filter filter,
        long limit,
        @Nullable Float threshold,
        SearchParams params) {
    private static final long DEFAULT_LIMIT = 10;
    private static final int DEEPEST = 64;

    RankedQuery {
        if (ranking instanceof Ranking.ById) {
            if (!sources.isEmpty()) {
                throw Refusal.badRequest("A query is needed to merge the prefetches. "
                        + "Can't have prefetches without defining a query.");
            }
            if (threshold != null) {
                throw Refusal.badRequest("A query is needed to use the score_threshold. "
                        + "Can't have score_threshold without defining a query.");
            }
        }
        if (ranking.isFusion() && sources.isEmpty()) {
            throw Refusal.wrongInput("Validation failed: cannot apply Fusion without prefetches");
        }
        sources = List.copyOf(sources);
    }

    static RankedQuery of(QueryPoints request) {
        if (request.hasLookupFrom()) {
            throw Refusal.unsupported("lookups in another collection");
        }
        RankedQuery query = new RankedQuery(
                ranking("query", request.hasQuery(), request.getQuery(), request.getUsing()),
                sources("prefetch", request.getPrefetchList()),
                request.hasFilter() ? request.getFilter() : null,
                limit("limit", request.hasLimit(), request.getLimit()),
                request.hasScoreThreshold() ? request.getScoreThreshold() : null,
                request.getParams());
        if (query.depth() - 1 > DEEPEST) {
            throw Refusal.wrongInput(
                    "Validation failed: prefetches depth " + (query.depth() - 1) + " exceeds max depth " + DEEPEST);
        }
        return query;
    }

    /** The points whose vectors are looked for, here or in a source; none of them is found. */
    Stream<PointId> targetIds() {
        Stream<PointId> here =
                ranking instanceof Ranking.NearestTo nearest ? Stream.of(nearest.target()) : Stream.empty();
        return Stream.concat(here, sources.stream().flatMap(RankedQuery::targetIds));
    }

    /** How to look for the best {@code top} in a collection of {@code points}. */
    SearchSettings settings(long top, int points) {
        int bounded = (int) Math.max(1, top < 0 ? points : Math.min(top, points));
        int candidates = (int) Math.min(Integer.MAX_VALUE, Math.max(0, params.getHnswEf()));
        return new SearchSettings(bounded, threshold, params.getExact(), candidates);
    }

    private int depth() {
        return 1 + sources.stream().mapToInt(RankedQuery::depth).max().orElse(0);
    }

    private static RankedQuery of(String field, PrefetchQuery prefetch) {
        if (prefetch.hasLookupFrom()) {
            throw Refusal.unsupported("lookups in another collection");
        }
        return new RankedQuery(
                ranking(field + ".query", prefetch.hasQuery(), prefetch.getQuery(), prefetch.getUsing()),
                sources(field + ".prefetch", prefetch.getPrefetchList()),
                prefetch.hasFilter() ? prefetch.getFilter() : null,
                limit(field + ".limit", prefetch.hasLimit(), prefetch.getLimit()),
                prefetch.hasScoreThreshold() ? prefetch.getScoreThreshold() : null,
                prefetch.getParams());
    }

    private static List<RankedQuery> sources(String field, List<PrefetchQuery> prefetches) {
        return Stream.iterate(0, i -> i < prefetches.size(), i -> i + 1)
                .map(i -> of(field + "[" + i + "]", prefetches.get(i)))
                .toList();
    }

    private static Ranking ranking(
            String field, boolean present, io.qdrant.client.grpc.Points.Query query, String using) {
        if (!present) {
            return new Ranking.ById();
        }
        Ranking ranking = Ranking.of(query, using, field);
        if (ranking.isFusion() && !using.isEmpty()) {
            throw Refusal.badRequest("Fusion queries cannot be combined with the 'using' field.");
        }
        return ranking;
    }

    private static long limit(String field, boolean present, long limit) {
        return present ? SearchRequest.checkedLimit(field, limit) : DEFAULT_LIMIT;
    }
}
