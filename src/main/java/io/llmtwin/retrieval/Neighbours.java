package io.llmtwin.retrieval;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.matchValues;
import static io.qdrant.client.WithPayloadSelectorFactory.include;

import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/** The bean {@code neighbours}: the chunks before and after passages, in their documents. */
@Component
public final class Neighbours {
    private static final String DOCUMENT_ID = "id";
    private static final String CHUNK = "chunk";
    private static final String CONTENT = "content";

    /**
     * One query for each document of {@code passages}, for the chunks next to them that aren't among them. None for
     * passages that don't say where they stand, as those of the course's own collections.
     */
    public List<QueryPoints> of(@Variable("passages") List<Passage> passages) {
        Set<ChunkPlace> there = new HashSet<>();
        passages.stream().map(ChunkPlace::of).forEach(there::add);
        Map<ChunkPlace, Set<Long>> wanted = new LinkedHashMap<>();
        for (Passage passage : passages) {
            ChunkPlace place = ChunkPlace.of(passage);
            if (place == null) {
                continue;
            }
            for (ChunkPlace next : List.of(place.moved(1), place.moved(-1))) {
                if (next.number() >= 0 && !there.contains(next)) {
                    wanted.computeIfAbsent(place.moved(-place.number()), unseen -> new TreeSet<>())
                            .add((long) next.number());
                }
            }
        }
        List<QueryPoints> queries = new ArrayList<>();
        wanted.forEach((document, numbers) -> queries.add(query(document, numbers)));
        return queries;
    }

    private static QueryPoints query(ChunkPlace document, Set<Long> numbers) {
        return QueryPoints.newBuilder()
                .setCollectionName(document.collection())
                .setFilter(Filter.newBuilder()
                        .addMust(matchKeyword(DOCUMENT_ID, document.documentId()))
                        .addMust(matchValues(CHUNK, List.copyOf(numbers))))
                .setLimit(numbers.size())
                .setWithPayload(include(List.of(DOCUMENT_ID, CHUNK, CONTENT)))
                .build();
    }

    /** What {@code hits} of {@code queries} say, by the place where they say it. */
    public Map<ChunkPlace, String> read(
            List<List<ScoredPoint>> hits, @Variable("neighbourQueries") List<QueryPoints> queries) {
        Map<ChunkPlace, String> found = new HashMap<>();
        for (int i = 0; i < hits.size(); i++) {
            String collection = queries.get(i).getCollectionName();
            for (ScoredPoint point : hits.get(i)) {
                Map<String, Value> payload = point.getPayloadMap();
                Value document = payload.getOrDefault(DOCUMENT_ID, Value.getDefaultInstance());
                Value number = payload.getOrDefault(CHUNK, Value.getDefaultInstance());
                Value content = payload.getOrDefault(CONTENT, Value.getDefaultInstance());
                found.put(
                        new ChunkPlace(collection, document.getStringValue(), (int) number.getIntegerValue()),
                        content.getStringValue());
            }
        }
        return found;
    }
}
