package io.llmtwin.ingest;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.common.util.concurrent.Futures;
import io.llmtwin.embedded.qdrant.EmbeddedQdrant;
import io.llmtwin.ingest.UploadFailedException.Cause;
import io.llmtwin.ingest.UploadedDocument.Status;
import io.llmtwin.retrieval.CollectionSchema;
import io.llmtwin.retrieval.DocumentType;
import io.llmtwin.retrieval.Embedder;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.ScrollPoints;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.backoff.FixedBackOff;

class UploadsIT {
    private static final String SENTENCE = "The twin answers in the voice of its author. ";
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path home;

    private final HashedEmbeddingModel model = new HashedEmbeddingModel();
    private final AtomicBoolean storeFails = new AtomicBoolean();
    private EmbeddedQdrant server;
    private QdrantClient client;

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedQdrant.start(home, 0);
        client = new QdrantClient(
                QdrantGrpcClient.newBuilder("127.0.0.1", server.port(), false).build());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void store_documentAgain_replacesIt() throws Exception {
        Uploads uploads = uploads(1_000, LONG);

        UploadedDocument first =
                uploads.store(List.of(post("a", SENTENCE.repeat(100)))).get(0);
        UploadedDocument second = uploads.store(List.of(post("a", "short"))).get(0);
        uploads.store(List.of(post("a", "short"), post("b", "other")));

        assertThat(first.chunks()).isGreaterThan(1);
        assertThat(second).isEqualTo(new UploadedDocument("a", "vector_posts", Status.STORED, 1, null));
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void store_sameDocumentAgain_embedsNothing() throws Exception {
        Uploads uploads = uploads(1_000, LONG);
        uploads.store(List.of(post("a", SENTENCE.repeat(100))));
        int embedded = model.texts();

        UploadedDocument again =
                uploads.store(List.of(post("a", SENTENCE.repeat(100)))).get(0);

        assertThat(again.status()).isEqualTo(Status.STORED);
        assertThat(again.chunks()).isEqualTo(embedded);
        assertThat(model.texts()).isEqualTo(embedded);
    }

    @Test
    void store_badDocumentsAmongGoodOnes_areReportedAndTheOthersStored() throws Exception {
        Uploads uploads = uploads(10_000, LONG);

        List<UploadedDocument> documents = uploads.store(List.of(
                post("a", "text"),
                post("invisible", "\u200B\u2060 \n"),
                post("large", "x".repeat(CorpusFile.LARGEST + 1)),
                post("a", "the same id"),
                post("b", "text")));

        assertThat(documents)
                .extracting(UploadedDocument::status)
                .containsExactly(Status.STORED, Status.REJECTED, Status.REJECTED, Status.REJECTED, Status.STORED);
        assertThat(documents)
                .extracting(UploadedDocument::reason)
                .containsExactly(
                        null,
                        "no content is left after cleaning",
                        "larger than 8 million characters",
                        "another document of this request has the same id",
                        null);
        assertThat(count()).isEqualTo(2);
        assertThat(uploads.documents(Status.STORED)).isEqualTo(2);
        assertThat(uploads.documents(Status.REJECTED)).isEqualTo(3);
        assertThat(uploads.chunks()).isEqualTo(2);
    }

    @Test
    void store_documentThatTheModelRefuses_keepsTheOldVersionAndStoresTheOthers() throws Exception {
        Uploads uploads = uploads(10_000, LONG);
        uploads.store(List.of(post("a", "the old text")));

        List<UploadedDocument> documents = uploads.store(List.of(
                post("a", SENTENCE.repeat(100) + HashedEmbeddingModel.REFUSED), post("b", SENTENCE.repeat(30))));

        assertThat(documents)
                .extracting(UploadedDocument::reason)
                .containsExactly("the embedding model refuses a part of it", null);
        assertThat(documents).extracting(UploadedDocument::status).containsExactly(Status.REJECTED, Status.STORED);
        assertThat(count()).isEqualTo(1 + documents.get(1).chunks());
    }

    @Test
    void store_nothingThatEverCouldBe_isRejected() {
        UploadFailedException failure = failure(uploads(1_000, LONG), List.of(post("a", " ")));

        assertThat(failure.kind()).isEqualTo(Cause.REJECTED);
        assertThat(failure).hasMessage("the document can't be stored: no content is left after cleaning");
    }

    /** The course's queue told its source that a document is done before it was stored. */
    @Test
    void acknowledgement_always_followsTheWork() throws Exception {
        Uploads uploads = uploads(1_000, LONG);
        storeFails.set(true);

        UploadFailedException failure = failure(uploads, List.of(post("a", "text")));

        assertThat(failure.kind()).isEqualTo(Cause.UNAVAILABLE);
        assertThat(failure.documents()).extracting(UploadedDocument::status).containsExactly(Status.NOT_STORED);
        assertThat(count()).isZero();

        storeFails.set(false);
        assertThat(uploads.store(List.of(post("a", "text"))).get(0).status()).isEqualTo(Status.STORED);
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void store_embedderThatFails_isToldWithoutItsAddress() throws Exception {
        Uploads uploads = uploads(1_000, LONG);
        uploads.store(List.of(post("a", "text")));
        model.setBroken(true);

        UploadFailedException failure = failure(uploads, List.of(post("a", "text"), post("b", "text")));

        assertThat(failure.kind()).isEqualTo(Cause.UNAVAILABLE);
        assertThat(failure).hasMessage("the embedding model failed");
        assertThat(failure.documents())
                .extracting(UploadedDocument::status)
                .containsExactly(Status.STORED, Status.NOT_STORED);
    }

    @Test
    void store_pastTheDeadline_saysWhatIsStoredAndTheNextGoesOn() throws Exception {
        List<SourceDocument> documents = IntStream.range(0, 400)
                .mapToObj(i -> post("d" + i, SENTENCE + i))
                .toList();
        model.take(Duration.ofMillis(10));

        UploadFailedException failure = failure(uploads(1_000, Duration.ofMillis(1_500)), documents);

        assertThat(failure.kind()).isEqualTo(Cause.LATE);
        assertThat(failure.documents())
                .hasSize(400)
                .extracting(UploadedDocument::status)
                .contains(Status.NOT_STORED);
        await().until(() -> count() > 0);

        model.take(Duration.ZERO);
        Uploads next = uploads(1_000, LONG);
        assertThat(next.store(documents)).extracting(UploadedDocument::status).containsOnly(Status.STORED);
        assertThat(next.chunks()).isLessThan(400);
        assertThat(count()).isEqualTo(400);
    }

    @Test
    void store_whileTooMuchWaits_isRefusedAtOnce() throws Exception {
        Uploads uploads = uploads(10, LONG);
        model.hold();
        ExecutorService clients = Executors.newSingleThreadExecutor();
        Future<List<UploadedDocument>> first =
                clients.submit(() -> uploads.store(List.of(post("a", SENTENCE.repeat(200)))));
        await().until(() -> uploads.pendingChunks() > 0);

        UploadRefusedException refusal = catchThrowableOfType(
                UploadRefusedException.class, () -> uploads.store(List.of(post("b", SENTENCE.repeat(100)))));

        assertThat(refusal.retryAfter()).isPositive();
        assertThat(uploads.refused()).isEqualTo(1);
        model.release();
        assertThat(first.get().get(0).status()).isEqualTo(Status.STORED);
        await().until(() -> uploads.pendingChunks() == 0);
        assertThat(uploads.store(List.of(post("b", SENTENCE))).get(0).status()).isEqualTo(Status.STORED);
        clients.shutdown();
    }

    @Test
    void store_twoVersionsAtOnce_oneOfThemIsStoredWhole() throws Exception {
        Uploads uploads = uploads(10_000, LONG);
        ExecutorService clients = Executors.newFixedThreadPool(8);
        List<Future<List<UploadedDocument>>> answers = IntStream.range(0, 8)
                .mapToObj(i -> clients.submit(() -> uploads.store(
                        List.of(post("a", (SENTENCE + i + ". ").repeat(30 * (1 + i))), post("b", SENTENCE)))))
                .toList();
        for (Future<List<UploadedDocument>> answer : answers) {
            assertThat(answer.get()).extracting(UploadedDocument::status).containsOnly(Status.STORED);
        }
        clients.shutdown();

        List<String> hashes = client
                .scrollAsync(ScrollPoints.newBuilder()
                        .setCollectionName("vector_posts")
                        .setFilter(Filter.newBuilder().addMust(matchKeyword("id", "a")))
                        .setLimit(1_000)
                        .setWithPayload(WithPayloadSelectorFactory.enable(true))
                        .build())
                .get()
                .getResultList()
                .stream()
                .map(point -> point.getPayloadOrThrow("content_hash").getStringValue()
                        + point.getPayloadOrThrow("chunks").getIntegerValue())
                .toList();
        assertThat(hashes).isNotEmpty();
        assertThat(hashes.stream().distinct()).hasSize(1);
        assertThat(hashes.get(0)).endsWith(String.valueOf(hashes.size()));
    }

    @Test
    void store_idOfTheCorpus_isRejectedAndTheCorpusLeavesAClientsAlone() throws Exception {
        Ingestor ingestor = ingestor();
        Path folder = Files.createDirectory(home.resolve("corpus"));
        Files.writeString(folder.resolve("a.json"), "{\"id\": \"a\", \"text\": \"of the corpus\"}");
        Files.writeString(folder.resolve("b.json"), "{\"id\": \"b\", \"text\": \"of the corpus\"}");
        Uploads uploads = uploads(1_000, LONG);
        uploads.store(List.of(post("b", "of a client")));
        try (CorpusSync sync = new CorpusSync(Corpus.of(folder, "Ada"), ingestor)) {
            assertThat(sync.sync().skipped())
                    .extracting(Skipped::reason)
                    .containsExactly("a client stored a document of this id");
        }

        assertThat(failure(uploads, List.of(post("a", "of a client"))))
                .hasMessageContaining("the corpus has a document of this id");
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void delete_document_takesAllItsChunks() throws Exception {
        Uploads uploads = uploads(1_000, LONG);
        uploads.store(List.of(post("a/b c", SENTENCE.repeat(100)), post("b", "other")));

        uploads.delete("a/b c");

        assertThatThrownBy(() -> uploads.delete("a/b c"))
                .isInstanceOf(UnknownDocumentException.class)
                .hasMessage("there is no document a/b c");
        assertThat(count()).isEqualTo(1);
    }

    /** The course's code made a user of every name that it didn't know. */
    @Test
    void author_unknownName_isStoredAsANameAndCreatesNothingElse() throws Exception {
        uploads(1_000, LONG).store(List.of(post("a", "text")));

        assertThat(client.listCollectionsAsync().get())
                .containsExactlyInAnyOrder("vector_posts", "vector_articles", "vector_repositories");
        assertThat(count()).isEqualTo(1);
    }

    private UploadFailedException failure(Uploads uploads, List<SourceDocument> documents) {
        return catchThrowableOfType(UploadFailedException.class, () -> uploads.store(documents));
    }

    private Uploads uploads(int maxPendingChunks, Duration deadline) {
        return new Uploads(ingestor(), maxPendingChunks, deadline);
    }

    private Ingestor ingestor() {
        Embedder embedder = new Embedder(model);
        PointStore points = (collection, batch) -> {
            if (storeFails.get()) {
                throw io.grpc.Status.UNAVAILABLE.asRuntimeException();
            }
            Futures.getUnchecked(client.upsertAsync(collection, batch, Duration.ofSeconds(10)));
        };
        return new Ingestor(
                embedder,
                new DocumentStore(
                        client, points, () -> CollectionSchema.of(embedder), new Retry(new FixedBackOff(10, 5))));
    }

    private static SourceDocument post(String id, String text) {
        return new SourceDocument(id, DocumentType.POST, "Ada Nobody", null, null, null, null, null, text);
    }

    private long count() throws Exception {
        if (!client.collectionExistsAsync("vector_posts").get()) {
            return 0;
        }
        Filter any = Filter.newBuilder().addMust(matchKeyword("type", "posts")).build();
        return client.countAsync("vector_posts", any, true).get();
    }
}
