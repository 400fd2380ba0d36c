package io.llmtwin.retrieval;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.WithPayloadSelectorFactory.enable;

import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.QueryPoints;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bean {@code vectorSearch}: turns queries into Qdrant's own. */
@Component
public final class VectorSearch {
    private final Embedder embedder;
    private final int limit;

    VectorSearch(Embedder embedder, RetrievalSettings settings) {
        this.embedder = embedder;
        this.limit = -Math.floorDiv(-settings.topK(), DocumentType.values().length);
    }

    /**
     * For each query, in order, one search of each collection, limited to the collection's share of TOP_K and to what
     * {@code author} (a name or an id) wrote, if given.
     */
    public List<QueryPoints> of(List<String> queries, @Variable("author") @Nullable String author) {
        List<QueryPoints> searches = new ArrayList<>();
        for (float[] vector : embedder.embed(queries)) {
            for (DocumentType type : DocumentType.values()) {
                QueryPoints.Builder search = QueryPoints.newBuilder()
                        .setCollectionName(type.collection())
                        .setQuery(nearest(vector))
                        .setLimit(limit)
                        .setWithPayload(enable(true));
                if (author != null) {
                    search.setFilter(writtenBy(author, type));
                }
                searches.add(search.build());
            }
        }
        return searches;
    }

    private static Filter writtenBy(String author, DocumentType type) {
        Filter.Builder written = Filter.newBuilder();
        type.authorKeys().forEach(key -> written.addShould(matchKeyword(key, author)));
        return written.build();
    }
}
