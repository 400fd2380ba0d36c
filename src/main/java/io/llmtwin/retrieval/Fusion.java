package io.llmtwin.retrieval;

import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code fusion}: the hits of several searches as one ranking. The collections' hits for one query are
 * comparable and are ranked by their score; the queries' rankings are fused by reciprocal rank (Cormack, Clarke and
 * Büttcher, SIGIR 2009, k = 60). Equal scores are ordered by id, so the same hits always make the same ranking.
 */
@Component
public final class Fusion {
    static final Comparator<Passage> BEST_FIRST =
            Comparator.comparingDouble(Passage::score).reversed().thenComparing(Passage::id);

    /** Name of this stage in {@link Passage#scores()}. */
    static final String STAGE = "fused";

    private static final int K = 60;

    /** The distinct passages of {@code hits}, best first, given one list of hits for each of {@code searches}. */
    public List<Passage> fuse(List<List<ScoredPoint>> hits, @Variable("searches") List<QueryPoints> searches) {
        Map<Object, List<Passage>> rankings = new LinkedHashMap<>();
        for (int i = 0; i < hits.size(); i++) {
            QueryPoints search = searches.get(i);
            List<Passage> ranking = rankings.computeIfAbsent(search.getQuery(), query -> new ArrayList<>());
            for (ScoredPoint point : hits.get(i)) {
                ranking.add(passage(point, search.getCollectionName()));
            }
        }
        Map<String, Passage> found = new LinkedHashMap<>();
        Map<String, Double> fused = new HashMap<>();
        for (List<Passage> ranking : rankings.values()) {
            ranking.sort(BEST_FIRST);
            int rank = 0;
            Set<String> counted = new HashSet<>();
            for (Passage passage : ranking) {
                if (!counted.add(passage.content())) {
                    continue;
                }
                fused.merge(passage.content(), reciprocal(rank++), Double::sum);
                found.merge(
                        passage.content(), passage, (one, other) -> BEST_FIRST.compare(one, other) <= 0 ? one : other);
            }
        }
        return found.values().stream()
                .map(passage -> passage.scored(STAGE, fused.getOrDefault(passage.content(), 0.0)))
                .sorted(BEST_FIRST)
                .toList();
    }

    /** What the passage at {@code rank}, counted from 0, adds to its fused score. */
    private static double reciprocal(int rank) {
        return 1.0 / (K + rank + 1);
    }

    private static Passage passage(ScoredPoint point, String collection) {
        Map<String, Value> payload = point.getPayloadMap();
        String id = id(point.getId());
        DocumentType type = DocumentType.ofCollection(collection);
        String author = text(payload, "author");
        return new Passage(
                id,
                orElse(text(payload, "id"), id),
                collection,
                point.getScore(),
                Map.of("dense", (double) point.getScore()),
                orElse(text(payload, "content"), ""),
                author == null ? text(payload, type.authorKey()) : author,
                text(payload, "platform"),
                text(payload, "link"),
                text(payload, "name"),
                text(payload, "title"));
    }

    private static String id(PointId id) {
        return id.hasUuid() ? id.getUuid() : Long.toUnsignedString(id.getNum());
    }

    private static @Nullable String text(Map<String, Value> payload, String key) {
        Value value = payload.get(key);
        if (value == null) {
            return null;
        }
        return switch (value.getKindCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INTEGER_VALUE -> Long.toString(value.getIntegerValue());
            default -> null;
        };
    }

    private static String orElse(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }
}
