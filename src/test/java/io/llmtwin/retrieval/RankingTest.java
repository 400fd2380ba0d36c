package io.llmtwin.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Fusion. */
class RankingTest {
    private static final QueryPoints QUESTION_IN_POSTS = search("vector_posts", 1);
    private static final QueryPoints QUESTION_IN_ARTICLES = search("vector_articles", 1);
    private static final QueryPoints EXPANDED_IN_POSTS = search("vector_posts", 2);

    private static final QueryPoints TERMS_IN_POSTS = QueryPoints.newBuilder()
            .setCollectionName("vector_posts")
            .setQuery(QueryFactory.nearest(List.of(1f), List.of(7)))
            .setUsing(TermWeights.VECTOR)
            .build();

    private final Fusion fusion = new Fusion(new RetrievalSettings(15, 4, 3));

    @Test
    void fuse_sameQueryTwoCollections_ranksByScore() {
        List<Passage> fused = fused(
                List.of(List.of(point(1, 0.7f, "a")), List.of(point(2, 0.9f, "b"))),
                List.of(QUESTION_IN_POSTS, QUESTION_IN_ARTICLES));
        assertThat(fused).extracting(Passage::content).containsExactly("b", "a");
        assertThat(fused).extracting(Passage::collection).containsExactly("vector_articles", "vector_posts");
    }

    @Test
    void fuse_foundByTwoQueries_beatsFoundByOne() {
        List<Passage> fused = fused(
                List.of(
                        List.of(point(1, 0.9f, "once"), point(2, 0.8f, "twice")),
                        List.of(point(2, 0.7f, "twice"), point(3, 0.6f, "other"))),
                List.of(QUESTION_IN_POSTS, EXPANDED_IN_POSTS));
        assertThat(fused).extracting(Passage::content).containsExactly("twice", "once", "other");
    }

    @Test
    void fuse_sameTextUnderTwoIds_isOnePassage() {
        List<Passage> fused =
                fused(List.of(List.of(point(1, 0.9f, "same"), point(2, 0.8f, "same"))), List.of(QUESTION_IN_POSTS));
        assertThat(fused).hasSize(1);
        assertThat(fused.get(0).id()).isEqualTo("1");
    }

    @Test
    void fuse_equalScores_areOrderedById() {
        List<Passage> fused =
                fused(List.of(List.of(point(2, 0.5f, "b"), point(1, 0.5f, "a"))), List.of(QUESTION_IN_POSTS));
        assertThat(fused).extracting(Passage::id).containsExactly("1", "2");
    }

    /** Reciprocal ranks within a collection would put the best hit of each collection first, however bad. */
    @Test
    void fuse_goodAndBadCollection_doesNotLiftTheBestOfTheBad() {
        List<Passage> fused = fused(
                List.of(List.of(point(1, 0.2f, "bad")), List.of(point(2, 0.9f, "good"), point(3, 0.8f, "good too"))),
                List.of(QUESTION_IN_POSTS, QUESTION_IN_ARTICLES));
        assertThat(fused).extracting(Passage::content).containsExactly("good", "good too", "bad");
    }

    /** Scores by terms are no cosines: only ranks of the two are compared. */
    @Test
    void fuse_foundByMeaningAndByTerms_keepsBothScores() {
        List<Passage> fused = fused(
                List.of(
                        List.of(point(1, 0.9f, "meaning"), point(2, 0.8f, "both")),
                        List.of(point(2, 17f, "both"), point(3, 16f, "terms"))),
                List.of(QUESTION_IN_POSTS, TERMS_IN_POSTS));
        assertThat(fused).extracting(Passage::content).containsExactly("both", "meaning", "terms");
        assertThat(fused.get(0).scores()).containsOnlyKeys("dense", "bm25", "fused");
        assertThat(fused.get(1).scores()).containsOnlyKeys("dense", "fused");
        assertThat(fused.get(2).scores()).containsOnlyKeys("bm25", "fused");
    }

    /** The course's ranking depends on which search completes first. */
    @Test
    void fuse_hitsInAnotherOrder_makesTheSameRanking() {
        List<ScoredPoint> posts = List.of(point(1, 0.9f, "a"), point(2, 0.9f, "b"), point(3, 0.5f, "c"));
        List<ScoredPoint> articles = List.of(point(1, 0.9f, "d"), point(5, 0.5f, "c"));
        List<Passage> once = fused(List.of(posts, articles), List.of(QUESTION_IN_POSTS, QUESTION_IN_ARTICLES));
        List<ScoredPoint> reversed = new ArrayList<>(posts);
        Collections.reverse(reversed);
        assertThat(fused(List.of(articles, reversed), List.of(QUESTION_IN_ARTICLES, QUESTION_IN_POSTS)))
                .isEqualTo(once);
    }

    @Test
    void fuse_pointWithoutText_isNoPassage() {
        assertThat(fused(List.of(List.of(point(1, 0.9f, " "))), List.of(QUESTION_IN_POSTS)))
                .isEmpty();
    }

    @Test
    void fuse_moreThanAreWanted_keepsFourTimesTopK() {
        List<ScoredPoint> many = IntStream.range(0, 200)
                .mapToObj(i -> point(i, 1f / (i + 1), "text " + i))
                .toList();
        assertThat(fused(List.of(many), List.of(QUESTION_IN_POSTS))).hasSize(60);
        assertThat(fusion.fuse(List.of(many), List.of(QUESTION_IN_POSTS), 40)).hasSize(160);
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
        Passage passage =
                fused(List.of(List.of(article)), List.of(QUESTION_IN_ARTICLES)).get(0);
        assertThat(passage.author()).isEqualTo("42");
        assertThat(passage.documentId()).isEqualTo("document");
    }

    private List<Passage> fused(List<List<ScoredPoint>> hits, List<QueryPoints> searches) {
        return fusion.fuse(hits, searches, null);
    }

    static Passage passage(String id, String content) {
        return new Passage(id, id, "vector_posts", 0.5, Map.of(), content, null, null, null, null, null, null, null);
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
