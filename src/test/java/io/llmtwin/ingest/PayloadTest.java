package io.llmtwin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmtwin.retrieval.DocumentType;
import io.llmtwin.retrieval.TermVector;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.Vector;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PayloadTest {
    private static final float[] VECTOR = {0.6f, 0.8f};
    private static final TermVector WEIGHTS = new TermVector(List.of(3, 7), List.of(0.5f, 1.5f));

    @Test
    void point_article_hasTheCoursesPayloadAndOurs() {
        SourceDocument document = new SourceDocument(
                "d", DocumentType.ARTICLE, "Ada Twin", "a-1", "medium", "https://example.org", null, "T", "text");

        PointStruct point = Payload.point(prepared(document), 1, VECTOR, WEIGHTS);

        assertThat(point.getPayloadMap().keySet())
                .containsExactlyInAnyOrder(
                        "content",
                        "id",
                        "type",
                        "author_id",
                        "author",
                        "platform",
                        "link",
                        "title",
                        "chunk",
                        "chunks",
                        "content_hash",
                        "origin");
        assertThat(text(point, "content")).isEqualTo("two");
        assertThat(text(point, "id")).isEqualTo("d");
        assertThat(text(point, "type")).isEqualTo("articles");
        assertThat(text(point, "author_id")).isEqualTo("a-1");
        assertThat(text(point, "author")).isEqualTo("Ada Twin");
        assertThat(text(point, "origin")).isEqualTo("corpus");
        assertThat(point.getPayloadOrThrow("chunk").getIntegerValue()).isEqualTo(1);
        assertThat(point.getPayloadOrThrow("chunks").getIntegerValue()).isEqualTo(2);
    }

    @Test
    void point_postWithoutAuthorId_isFoundByItsAuthorsName() {
        PointStruct point = Payload.point(prepared(post("d")), 0, VECTOR, WEIGHTS);

        assertThat(text(point, "owner_id")).isEqualTo("Ada Twin");
        assertThat(point.getPayloadMap()).doesNotContainKeys("author_id", "platform", "link", "name", "title");
    }

    @Test
    void point_withTermWeights_hasThemBesideTheUnnamedVector() {
        Map<String, Vector> vectors = Payload.point(prepared(post("d")), 0, VECTOR, WEIGHTS)
                .getVectors()
                .getVectors()
                .getVectorsMap();

        assertThat(vectors).containsOnlyKeys("", "bm25");
        assertThat(vectors.get("").getDense().getDataList()).containsExactly(0.6f, 0.8f);
        assertThat(vectors.get("bm25").getSparse().getIndicesList()).containsExactly(3, 7);
        assertThat(vectors.get("bm25").getSparse().getValuesList()).containsExactly(0.5f, 1.5f);
    }

    @Test
    void point_withoutTermWeights_hasTheUnnamedVectorAlone() {
        PointStruct point = Payload.point(prepared(post("d")), 0, VECTOR, new TermVector(List.of(), List.of()));

        assertThat(point.getVectors().getVector().getDense().getDataList()).containsExactly(0.6f, 0.8f);
    }

    @Test
    void point_sameChunk_hasTheSameIdAndOthersAnother() {
        String id =
                Payload.point(prepared(post("d")), 0, VECTOR, WEIGHTS).getId().getUuid();

        assertThat(Payload.point(prepared(post("d")), 0, VECTOR, WEIGHTS)
                        .getId()
                        .getUuid())
                .isEqualTo(id);
        assertThat(Payload.point(prepared(post("d")), 1, VECTOR, WEIGHTS)
                        .getId()
                        .getUuid())
                .isNotEqualTo(id);
        assertThat(Payload.point(prepared(post("e")), 0, VECTOR, WEIGHTS)
                        .getId()
                        .getUuid())
                .isNotEqualTo(id);
        assertThat(UUID.fromString(id).version()).isEqualTo(5);
    }

    @Test
    void hash_anyDifference_changesIt() {
        ContentHash hash = new ContentHash("model");
        SourceDocument document =
                new SourceDocument("d", DocumentType.POST, "Ada", null, "p", null, null, "title", "a text");

        assertThat(hash.of(document)).hasSize(32).isEqualTo(new ContentHash("model").of(document));
        assertThat(List.of(
                        hash.of(document),
                        new ContentHash("other").of(document),
                        hash.of(new SourceDocument(
                                "d", DocumentType.POST, "Ada", "p", null, null, null, "title", "a text")),
                        hash.of(new SourceDocument(
                                "d", DocumentType.POST, "Ada", null, "p", null, null, null, "a text")),
                        hash.of(new SourceDocument(
                                "d", DocumentType.POST, "Ada", null, "p", null, null, "title", "b text"))))
                .doesNotHaveDuplicates();
    }

    @Test
    void hash_whatCleaningDrops_doesNotChangeIt() {
        ContentHash hash = new ContentHash("model");

        assertThat(hash.of(new SourceDocument(
                        "d", DocumentType.POST, "Ada", null, null, null, null, null, "a\r\ntext \n")))
                .isEqualTo(hash.of(
                        new SourceDocument("d", DocumentType.POST, "Ada", null, null, null, null, null, "a\ntext")));
    }

    @Test
    void idOf_sameDocumentAgain_isTheSame() {
        String id = SourceDocument.idOf(DocumentType.POST, "Ada", null, null, "text");

        assertThat(SourceDocument.idOf(DocumentType.POST, "Ada", null, null, "text"))
                .isEqualTo(id);
        assertThat(SourceDocument.idOf(DocumentType.POST, "Ada", null, null, "other"))
                .isNotEqualTo(id);
        assertThat(SourceDocument.idOf(DocumentType.POST, "Ada", "https://example.org", null, "text"))
                .isEqualTo(SourceDocument.idOf(DocumentType.POST, "Ada", "https://example.org", null, "edited"));
    }

    private static SourceDocument post(String id) {
        return new SourceDocument(id, DocumentType.POST, "Ada Twin", null, null, null, null, null, "text");
    }

    private static PreparedDocument prepared(SourceDocument document) {
        return new PreparedDocument(document, Origin.CORPUS, "h", List.of(new Chunk("", "one"), new Chunk("", "two")));
    }

    private static String text(PointStruct point, String key) {
        return point.getPayloadOrDefault(key, Value.getDefaultInstance()).getStringValue();
    }
}
