package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.FieldCondition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.Match;
import io.qdrant.client.grpc.Common.Range;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * A Qdrant filter as a Lucene query. Conditions that {@link PayloadTerms} answers become term queries; the rest look at
 * each point that passes those, through {@link FilterMatcher}.
 */
final class FilterQuery {
    private final FilterMatcher matcher;

    FilterQuery(TextFields textFields) {
        this.matcher = new FilterMatcher(textFields);
    }

    /** Reads {@code filter}, refusing what is malformed or only done by a server. */
    Query of(Filter filter) {
        return size(filter) > IndexSearcher.getMaxClauseCount() / 2
                ? new MatcherQuery(matcher.of(filter))
                : translated(filter);
    }

    private Query translated(Filter filter) {
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        all.add(new MatchAllDocsQuery(), Occur.FILTER);
        conditions(filter.getMustList()).forEach(query -> all.add(query, Occur.FILTER));
        conditions(filter.getMustNotList()).forEach(query -> all.add(query, Occur.MUST_NOT));
        List<Query> should = conditions(filter.getShouldList()).toList();
        if (!should.isEmpty()) {
            all.add(anyOf(should, 1), Occur.FILTER);
        }
        if (filter.hasMinShould()) {
            List<Query> some =
                    conditions(filter.getMinShould().getConditionsList()).toList();
            long count = filter.getMinShould().getMinCount();
            if (Long.compareUnsigned(count, some.size()) > 0) {
                return new MatchNoDocsQuery();
            }
            if (count > 0) {
                all.add(anyOf(some, (int) count), Occur.FILTER);
            }
        }
        return all.build();
    }

    private Stream<Query> conditions(List<Condition> conditions) {
        return conditions.stream().filter(FilterMatcher::isSet).map(this::of);
    }

    private Query of(Condition condition) {
        Matcher looking = matcher.of(condition);
        return switch (condition.getConditionOneOfCase()) {
            case FILTER -> translated(condition.getFilter());
            case HAS_ID ->
                new TermInSetQuery(
                        PointKey.FIELD,
                        condition.getHasId().getHasIdList().stream()
                                .map(id -> PointKey.of(id).bytes())
                                .toList());
            case FIELD -> Objects.requireNonNullElseGet(indexed(condition.getField()), () -> new MatcherQuery(looking));
            default -> new MatcherQuery(looking);
        };
    }

    private static @Nullable Query indexed(FieldCondition condition) {
        boolean onlyMatchAndRange = !condition.hasValuesCount() && !condition.hasIsEmpty() && !condition.hasIsNull();
        if (!onlyMatchAndRange || condition.hasMatch() == condition.hasRange()) {
            return null;
        }
        PayloadPath path = PayloadPath.parse(condition.getKey());
        return condition.hasMatch() ? match(path, condition.getMatch()) : range(path, condition.getRange());
    }

    private static @Nullable Query match(PayloadPath path, Match match) {
        return switch (match.getMatchValueCase()) {
            case KEYWORD -> terms(Stream.of(match.getKeyword()).map(value -> PayloadTerms.string(path, value)));
            case INTEGER -> terms(Stream.of(match.getInteger()).map(value -> PayloadTerms.integer(path, value)));
            case BOOLEAN -> terms(Stream.of(match.getBoolean()).map(value -> PayloadTerms.bool(path, value)));
            case KEYWORDS ->
                terms(match.getKeywords().getStringsList().stream().map(value -> PayloadTerms.string(path, value)));
            case INTEGERS ->
                terms(match.getIntegers().getIntegersList().stream().map(value -> PayloadTerms.integer(path, value)));
            default -> null;
        };
    }

    private static @Nullable Query terms(Stream<@Nullable BytesRef> stream) {
        List<@Nullable BytesRef> terms = stream.toList();
        if (terms.contains(null)) {
            return null;
        }
        return terms.size() == 1
                ? new TermQuery(new Term(PayloadTerms.FIELD, terms.get(0)))
                : new TermInSetQuery(PayloadTerms.FIELD, terms);
    }

    private static @Nullable Query range(PayloadPath path, Range range) {
        BytesRef every = PayloadTerms.prefix(path, PayloadTerms.Type.NUMBER);
        BytesRef over = PayloadTerms.number(path, Double.NaN);
        if (every == null || over == null) {
            return null;
        }
        return bounds(path, range, every, over);
    }

    /** No stored number is NaN, so its term bounds those of a path from above. */
    private static Query bounds(PayloadPath path, Range range, BytesRef every, BytesRef over) {
        BytesRef low = every;
        boolean lowIncluded = false;
        BytesRef high = over;
        boolean highIncluded = false;
        if (range.hasGte()) {
            low = number(path, range.getGte());
            lowIncluded = true;
        }
        if (range.hasGt() && number(path, range.getGt()).compareTo(low) >= 0) {
            low = number(path, range.getGt());
            lowIncluded = false;
        }
        if (range.hasLte() && number(path, range.getLte()).compareTo(high) < 0) {
            high = number(path, range.getLte());
            highIncluded = true;
        }
        if (range.hasLt() && number(path, range.getLt()).compareTo(high) <= 0) {
            high = number(path, range.getLt());
            highIncluded = false;
        }
        return low.compareTo(high) > 0
                ? new MatchNoDocsQuery()
                : new TermRangeQuery(PayloadTerms.FIELD, low, high, lowIncluded, highIncluded);
    }

    private static BytesRef number(PayloadPath path, double value) {
        return Objects.requireNonNull(PayloadTerms.number(path, value));
    }

    private static int size(Filter filter) {
        return Stream.of(
                        filter.getMustList(),
                        filter.getMustNotList(),
                        filter.getShouldList(),
                        filter.getMinShould().getConditionsList())
                .flatMap(List::stream)
                .mapToInt(condition -> 1 + size(condition.getFilter()))
                .sum();
    }

    private static Query anyOf(List<Query> queries, int count) {
        BooleanQuery.Builder some = new BooleanQuery.Builder();
        queries.forEach(query -> some.add(query, Occur.SHOULD));
        return some.setMinimumNumberShouldMatch(count).build();
    }
}
