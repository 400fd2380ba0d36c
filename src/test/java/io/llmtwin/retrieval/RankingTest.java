package io.llmtwin.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Fusion. */
class RankingTest {
    private static final QueryPoints QUESTION_IN_POSTS = search("vector_posts", 1);
    private static final QueryPoints QUESTION_IN_ARTICLES = search("vector_articles", 1);
    private static final QueryPoints EXPANDED_IN_POSTS = search("vector_posts", 2);

    private final Fusion fusion = new Fusion();

    @Test
    void fuse_sameQueryTwoCollections_ranksByScore() {
        List<Passage> fused = fusion.fuse(
                List.of(List.of(point(1, 0.7f, "a")), List.of(point(2, 0.9f, "b"))),
                List.of(QUESTION_IN_POSTS, QUESTION_IN_ARTICLES));
        assertThat(fused).extracting(Passage::content).containsExactly("b", "a");
        assertThat(fused).extracting(Passage::collection).containsExactly("vector_articles", "vector_posts");
    }

    @Test
    void fuse_foundByTwoQueries_beatsFoundByOne() {
        List<Passage> fused = fusion.fuse(
                List.of(
                        List.of(point(1, 0.9f, "once"), point(2, 0.8f, "twice")),
                        List.of(point(2, 0.7f, "twice"), point(3, 0.6f, "other"))),
                List.of(QUESTION_IN_POSTS, EXPANDED_IN_POSTS));
        assertThat(fused).extracting(Passage::content).containsExactly("twice", "once", "other");
    }

    @Test
    void fuse_sameTextUnderTwoIds_isOnePassage() {
        List<Passage> fused = fusion.fuse(
                List.of(List.of(point(1, 0.9f, "same"), point(2, 0.8f, "same"))), List.of(QUESTION_IN_POSTS));
        assertThat(fused).hasSize(1);
        assertThat(fused.get(0).id()).isEqualTo("1");
    }

    @Test
    void fuse_equalScores_areOrderedById() {
        List<Passage> fused =
                fusion.fuse(List.of(List.of(point(2, 0.5f, "b"), point(1, 0.5f, "a"))), List.of(QUESTION_IN_POSTS));
        assertThat(fused).extracting(Passage::id).containsExactly("1", "2");
    }

    @Test
    void fuse_pointOfTheCourse_readsItsAuthor() {
        ScoredPoint article = ScoredPoint.newBuilder()
                .setId(PointIdFactory.id(7))
                .putAllPayload(Map.of(
                        "content", ValueFactory.value("text"),
                        "id", ValueFactory.value("document"),
                        "author_id", ValueFactory.value("42")))
                .build();
        Passage passage = fusion.fuse(List.of(List.of(article)), List.of(QUESTION_IN_ARTICLES))
                .get(0);
        assertThat(passage.author()).isEqualTo("42");
        assertThat(passage.documentId()).isEqualTo("document");
    }

    static Passage passage(String id, String content) {
        return new Passage(id, id, "vector_posts", 0.5, Map.of(), content, null, null, null, null, null);
    }

    private static QueryPoints search(String collection, float x) {
        return QueryPoints.newBuilder()
                .setCollectionName(collection)
                .setQuery(QueryFactory.nearest(x, 1f))
                .build();
    }

    private static ScoredPoint point(long id, float score, String content) {
        return ScoredPoint.newBuilder()
                .setId(PointIdFactory.id(id))
                .setScore(score)
                .putPayload("content", ValueFactory.value(content))
                .build();
    }
}
