package io.llmtwin.retrieval;

import com.google.common.primitives.Floats;
import dev.langchain4j.data.embedding.Embedding;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.Query;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code fusion}: the hits of several searches as one ranking. The collections' hits of one kind for one query
 * are comparable, and are ranked by their score; these rankings, one for each query and kind, are fused by {@link
 * ScoreFusion}. Fusing the collections' own rankings instead would give the best hit of each the same score, however bad. Equal scores are ordered by id, so the same hits always make the same ranking, in whichever order they
 * came.
 */
@Component
public final class Fusion {
    static final Comparator<Passage> BEST_FIRST = Comparator.comparingDouble(Passage::score)
            .reversed()
            .thenComparing(Passage::id)
            .thenComparing(Passage::collection);

    /** Name of this stage in {@link Passage#scores()}. */
    static final String STAGE = "fused";

    private final RetrievalSettings settings;

    Fusion(RetrievalSettings settings) {
        this.settings = settings;
    }

    /**
     * The best distinct passages of {@code hits}, best first, given one list of hits for each of {@code searches}. Of
     * passages with the same content one is kept, with its best score by each kind of search.
     *
     * @param limit how many passages are asked for; KEEP_TOP_K where it is null
     */
    public List<Passage> fuse(
            List<List<ScoredPoint>> hits,
            @Variable("searches") List<QueryPoints> searches,
            @Variable("limit") @Nullable Integer limit) {
        List<Ranking> rankings = rankings(hits, searches);
        Map<String, Passage> found = new LinkedHashMap<>();
        for (Ranking ranking : rankings) {
            String stage = ranking.kind().stage();
            for (Passage passage : ranking.passages()) {
                found.merge(
                        passage.content(),
                        passage.scored(stage, passage.score()),
                        (first, again) -> first.scored(
                                stage, Math.max(again.score(), first.scores().getOrDefault(stage, again.score()))));
            }
        }
        Map<String, Double> fused = ScoreFusion.scores(rankings);
        return found.values().stream()
                .map(passage -> passage.scored(STAGE, fused.getOrDefault(passage.content(), 0.0)))
                .sorted(BEST_FIRST)
                .limit(settings.candidates(limit))
                .toList();
    }

    private static List<Ranking> rankings(List<List<ScoredPoint>> hits, List<QueryPoints> searches) {
        Map<Query, Ranking> rankings = new LinkedHashMap<>();
        for (int i = 0; i < hits.size(); i++) {
            QueryPoints search = searches.get(i);
            Ranking ranking = rankings.computeIfAbsent(
                    search.getQuery(), query -> new Ranking(SearchKind.of(search), new ArrayList<>()));
            for (ScoredPoint point : hits.get(i)) {
                ranking.passages().add(passage(point, search.getCollectionName()));
            }
        }
        return rankings.values().stream()
                .map(ranking -> new Ranking(ranking.kind(), distinct(ranking.passages())))
                .toList();
    }

    private static List<Passage> distinct(List<Passage> passages) {
        Set<String> contents = new HashSet<>();
        return passages.stream()
                .sorted(BEST_FIRST)
                .filter(passage -> !passage.content().isBlank() && contents.add(passage.content()))
                .toList();
    }

    private static Passage passage(ScoredPoint point, String collection) {
        Map<String, Value> payload = point.getPayloadMap();
        String id = id(point.getId());
        DocumentType type = DocumentType.ofCollection(collection);
        return new Passage(
                id,
                orElse(text(payload, "id"), id),
                collection,
                point.getScore(),
                Map.of(),
                orElse(text(payload, "content"), ""),
                author(payload, type),
                text(payload, "platform"),
                text(payload, "link"),
                text(payload, "name"),
                text(payload, "title"),
                chunk(payload),
                vector(point.getVectors()));
    }

    /** The unnamed vector, if the search was asked for it. */
    private static @Nullable Embedding vector(VectorsOutput vectors) {
        VectorOutput unnamed = vectors.hasVector()
                ? vectors.getVector()
                : vectors.getVectors().getVectorsMap().get(SearchKind.DENSE.vector());
        return unnamed == null || !unnamed.hasDense()
                ? null
                : Embedding.from(Floats.toArray(unnamed.getDense().getDataList()));
    }

    private static @Nullable Integer chunk(Map<String, Value> payload) {
        Value value = payload.get("chunk");
        return value == null || !value.hasIntegerValue() ? null : (int) value.getIntegerValue();
    }

    private static @Nullable String author(Map<String, Value> payload, DocumentType type) {
        for (String key : type.authorKeys()) {
            String author = text(payload, key);
            if (author != null) {
                return author;
            }
        }
        return null;
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
