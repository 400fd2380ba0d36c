package io.llmtwin.retrieval;

import static io.qdrant.client.ConditionFactory.matchKeywords;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.WithPayloadSelectorFactory.enable;

import io.llmtwin.retrieval.CollectionState.Searchable;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bean {@code hybridSearch}: turns queries into Qdrant's own, by meaning and by terms. */
@Component
public final class HybridSearch {
    private final CollectionCatalog collections;
    private final Embedder embedder;
    private final TermWeights terms;
    private final RetrievalSettings settings;
    private final WithVectorsSelector vectors;

    HybridSearch(
            CollectionCatalog collections,
            Embedder embedder,
            TermWeights terms,
            RetrievalSettings settings,
            RerankSettings rerank) {
        this.collections = collections;
        this.embedder = embedder;
        this.terms = terms;
        this.settings = settings;
        this.vectors = rerank.by() == RerankSettings.Kind.LATE_INTERACTION
                ? WithVectorsSelectorFactory.include(List.of(SearchKind.DENSE.vector()))
                : WithVectorsSelectorFactory.enable(false);
    }

    /**
     * For each query, in order, a dense search of each collection and, where it has term weights, one by BM25, limited
     * to what {@code author} (a name or an id) wrote, if given. A collection that doesn't exist yet, or is of another
     * embedding model, is left out.
     *
     * @param scope authors whose material is all that may be found, whoever {@code author} is; null for everybody's
     * @param limit how many passages are asked for; KEEP_TOP_K where it is null
     * @throws IllegalStateException if the store did not say which collections it has
     */
    public List<QueryPoints> of(
            @Variable("queries") List<String> queries,
            @Variable("author") @Nullable String author,
            @Variable("authorScope") @Nullable List<String> scope,
            @Variable("limit") @Nullable Integer limit) {
        List<String> authors = authors(author, scope);
        Supplier<Map<DocumentType, CollectionState>> look = collections.look();
        List<float[]> vectors = embedder.embed(queries);
        Map<DocumentType, CollectionState> states = look.get();
        List<QueryPoints> searches = new ArrayList<>();
        for (int i = 0; i < queries.size(); i++) {
            Query dense = nearest(vectors.get(i));
            TermVector weights = terms.ofQuery(queries.get(i));
            states.forEach((type, state) -> {
                if (state instanceof Searchable collection) {
                    searches.add(search(type, collection, SearchKind.DENSE, dense, authors, limit));
                    if (collection.ranksByTerms() && !weights.isEmpty()) {
                        Query sparse = nearest(weights.weights(), weights.indices());
                        searches.add(search(type, collection, SearchKind.BM25, sparse, authors, limit));
                    }
                }
            });
        }
        return searches;
    }

    private QueryPoints search(
            DocumentType type,
            Searchable collection,
            SearchKind kind,
            Query query,
            List<String> authors,
            @Nullable Integer limit) {
        QueryPoints.Builder search = QueryPoints.newBuilder()
                .setCollectionName(type.collection())
                .setQuery(query)
                .setLimit(settings.hits(limit))
                .setWithPayload(enable(true))
                .setWithVectors(vectors);
        if (kind != SearchKind.DENSE) {
            search.setUsing(kind.vector());
        }
        if (!authors.isEmpty()) {
            search.setFilter(writtenBy(authors, type, collection));
        }
        return search.build();
    }

    /** Those whose writing may be found; empty for everybody. */
    private static List<String> authors(@Nullable String author, @Nullable List<String> scope) {
        if (scope == null) {
            return author == null ? List.of() : List.of(author);
        }
        return author != null && scope.contains(author) ? List.of(author) : scope;
    }

    /** The course's later versions store a name too; asking for it where nobody put it would only keep Qdrant's index out. */
    private static Filter writtenBy(List<String> authors, DocumentType type, Searchable collection) {
        Filter.Builder filter = Filter.newBuilder()
                .addShould(matchKeywords(type.authorKey(), authors))
                .addShould(matchKeywords(AuthorKeys.OWN, authors));
        if (!collection.own()) {
            filter.addShould(matchKeywords(AuthorKeys.LATER_COURSE, authors));
        }
        return filter.build();
    }
}
