package io.llmtwin.ingest;

import static io.qdrant.client.ConditionFactory.matchKeyword;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.google.common.util.concurrent.Futures;
import io.grpc.Status;
import io.llmtwin.embedded.qdrant.EmbeddedQdrant;
import io.llmtwin.ingest.SyncProgress.State;
import io.llmtwin.retrieval.CollectionSchema;
import io.llmtwin.retrieval.DocumentType;
import io.llmtwin.retrieval.Embedder;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.PointStruct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.backoff.FixedBackOff;

class CorpusSyncIT {
    private static final String SENTENCE = "The twin answers in the voice of its author. ";

    @TempDir
    Path home;

    @TempDir
    Path folder;

    private EmbeddedQdrant server;
    private QdrantClient client;
    private final AtomicInteger embedded = new AtomicInteger();
    private final HashedEmbeddingModel model = new HashedEmbeddingModel();
    private final AtomicInteger failingUpserts = new AtomicInteger();
    private volatile int upsertsUntilFailure = Integer.MAX_VALUE;
    private volatile String withoutClasses = "";

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
    void sync_newCorpus_isStoredAndLeftAloneAfter() throws Exception {
        write("a.md", "# A\n\n" + SENTENCE.repeat(100));
        write("b.md", "# B\n\ntext");
        write("CHANGELOG.md", "## 1.0.0\n\n- First");
        write("src/C.java", ChunkerTest.javaSource());

        SyncProgress first = sync();
        SyncProgress second = sync();

        assertThat(first.state()).isEqualTo(State.DONE);
        assertThat(first.documents()).isEqualTo(4);
        assertThat(first.total()).isEqualTo(4);
        assertThat(first.chunks())
                .isEqualTo(count(DocumentType.ARTICLE) + count(DocumentType.POST) + count(DocumentType.REPOSITORY));
        assertThat(count(DocumentType.ARTICLE)).isGreaterThan(3);
        assertThat(count(DocumentType.POST)).isEqualTo(1);
        assertThat(second.chunks()).isZero();
        assertThat(second.unchanged()).isEqualTo(4);
        assertThat(client.getCollectionInfoAsync("vector_articles")
                        .get()
                        .getPayloadSchemaMap()
                        .keySet())
                .contains("id", "chunk", "author_id", "author", "origin", "content_hash");
    }

    @Test
    void sync_documentThatShrankOrWent_leavesNothingBehind() throws Exception {
        write("a.md", SENTENCE.repeat(200));
        write("b.md", "text");
        sync();

        write("a.md", SENTENCE);
        Files.delete(folder.resolve("b.md"));
        SyncProgress progress = sync();

        assertThat(progress.removed()).isEqualTo(1);
        assertThat(progress.chunks()).isEqualTo(1);
        assertThat(count(DocumentType.ARTICLE)).isEqualTo(1);
    }

    @Test
    void sync_cutShort_goesOnWhereItWas() throws Exception {
        for (int i = 0; i < 100; i++) {
            write("f" + i + ".md", SENTENCE.repeat(60) + i);
        }
        upsertsUntilFailure = 3;
        assertThatThrownBy(this::sync).isInstanceOf(StoreException.class);
        long stored = count(DocumentType.ARTICLE);
        assertThat(stored).isPositive();

        upsertsUntilFailure = Integer.MAX_VALUE;
        SyncProgress progress = sync();

        assertThat(progress.unchanged()).isPositive();
        assertThat(progress.chunks()).isLessThan(count(DocumentType.ARTICLE));
        assertThat(sync().unchanged()).isEqualTo(100);
    }

    @Test
    void sync_storeThatFailsForAMoment_isTriedAgain() throws Exception {
        write("a.md", "text");
        failingUpserts.set(2);

        assertThat(sync().state()).isEqualTo(State.DONE);
        assertThat(count(DocumentType.ARTICLE)).isEqualTo(1);
    }

    @Test
    void sync_sameIdTwice_keepsTheFirstAndSaysSo() throws Exception {
        write("a.json", "[{\"id\": \"1\", \"text\": \"first\"}, {\"id\": \"1\", \"text\": \"second\"}]");

        assertThat(sync().skippedCount()).isEqualTo(1);
        assertThat(sync().unchanged()).isEqualTo(1);
    }

    @Test
    void sync_partThatCannotBeRead_removesNothing() throws Exception {
        write("a.md", "text");
        sync();
        Files.delete(folder.resolve("a.md"));
        Files.createSymbolicLink(folder.resolve("a.md"), folder.resolve("a.md"));

        assertThat(sync().removed()).isZero();
        assertThat(count(DocumentType.ARTICLE)).isEqualTo(1);
    }

    @Test
    void sync_clientsDocuments_areNotTouched() throws Exception {
        new Uploads(ingestor(), 100, Duration.ofSeconds(10)).store(List.of(post("mine", "text")));

        sync();

        assertThat(count(DocumentType.POST)).isEqualTo(1);
    }

    @Test
    void sync_collectionOfAnotherDimension_isRefused() throws Exception {
        client.createCollectionAsync(
                        "vector_posts",
                        VectorParams.newBuilder()
                                .setSize(768)
                                .setDistance(Distance.Cosine)
                                .build())
                .get();

        assertThatThrownBy(this::sync)
                .isInstanceOf(StoreException.class)
                .hasMessage(
                        "the collection vector_posts holds vectors of 768 dimensions, the embedding model makes 384");
    }

    @Test
    void sync_collectionFilledByAnotherModel_isRefusedAndSaysWhatToDo() throws Exception {
        write("a.md", "text");
        sync();
        Embedder other = new Embedder(new HashedEmbeddingModel("another"));
        DocumentStore store = new DocumentStore(
                client,
                (collection, batch) -> {},
                () -> CollectionSchema.of(other),
                new Retry(new FixedBackOff(10, 5)));

        assertThatThrownBy(store::ensureCollections)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("vector_posts was filled by hashed (384 dimensions, cleaning version")
                .hasMessageContaining("this service makes another (384 dimensions")
                .hasMessageContaining("set EMBEDDING_MODEL_ID");
    }

    @Test
    void sync_collectionOfTheCourse_isFilledDenseOnlyAndItsCopyReplaced() throws Exception {
        client.createCollectionAsync(
                        "vector_posts",
                        VectorParams.newBuilder()
                                .setSize(384)
                                .setDistance(Distance.Cosine)
                                .build())
                .get();
        client.upsertAsync(
                        "vector_posts",
                        List.of(PointStruct.newBuilder()
                                .setId(PointIdFactory.id(UUID.randomUUID()))
                                .setVectors(VectorsFactory.vectors(new float[384]))
                                .putAllPayload(Map.of(
                                        "id", ValueFactory.value("1"),
                                        "type", ValueFactory.value("posts"),
                                        "content", ValueFactory.value("of the course")))
                                .build()))
                .get();
        write("posts.json", "[{\"id\": \"1\", \"text\": \"first\"}]");

        sync();

        assertThat(count(DocumentType.POST)).isEqualTo(1);
        assertThat(sync().unchanged()).isEqualTo(1);
    }

    @Test
    void start_folderThatAppearsAndChanges_isFollowed() throws Exception {
        Path later = folder.resolve("later");
        try (CorpusSync sync = new CorpusSync(Corpus.of(later, "Ada"), ingestor(), Duration.ofMillis(50))) {
            sync.start();
            await().until(() -> sync.progress().state() == State.FAILED);
            assertThat(sync.progress().failure()).contains("later");

            write("later/a.md", "text");
            await().until(() -> count(DocumentType.ARTICLE) == 1);
            write("later/b.md", "text");
            await().until(() -> count(DocumentType.ARTICLE) == 2);
            Files.delete(folder.resolve("later/a.md"));
            await().until(() -> count(DocumentType.ARTICLE) == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"the schema", "the upsert"})
    void start_classThatIsGoneForAWhile_isTriedAgain(String of) throws Exception {
        write("a.md", "text");
        withoutClasses = of;
        try (CorpusSync sync = new CorpusSync(Corpus.of(folder, "Ada"), ingestor(), Duration.ofMillis(50))) {
            sync.start();
            await().until(() -> sync.progress().state() == State.FAILED);
            assertThat(sync.progress().failure()).contains("NoClassDefFoundError: " + of);

            withoutClasses = "";
            await().until(() -> count(DocumentType.ARTICLE) == 1);
        }
    }

    @Test
    void close_whileEmbedding_endsAtOnceAndTheNextGoesOn() throws Exception {
        for (int i = 0; i < 200; i++) {
            write("f" + i + ".md", SENTENCE.repeat(60) + i);
        }
        model.take(Duration.ofMillis(20));
        CorpusSync sync = new CorpusSync(Corpus.of(folder, "Ada"), ingestor());
        sync.start();
        await().until(() -> sync.progress().chunks() > 0);

        assertTimeout(Duration.ofSeconds(5), sync::close);
        assertThat(sync.progress().state()).isEqualTo(State.RUNNING);

        model.take(Duration.ZERO);
        assertThat(sync().unchanged()).isBetween(1, 199);
        assertThat(sync().unchanged()).isEqualTo(200);
    }

    private static SourceDocument post(String id, String text) {
        return new SourceDocument(id, DocumentType.POST, "Ada", null, null, null, null, null, text);
    }

    private SyncProgress sync() throws IOException, InterruptedException {
        try (CorpusSync sync = new CorpusSync(Corpus.of(folder, "Ada"), ingestor())) {
            return sync.sync();
        }
    }

    private Ingestor ingestor() {
        Embedder embedder = new Embedder(model);
        PointStore points = (collection, batch) -> {
            loadClassesOf("the upsert");
            if (failingUpserts.getAndDecrement() > 0) {
                throw new IllegalStateException("wrapped", Status.UNAVAILABLE.asRuntimeException());
            }
            if (embedded.incrementAndGet() > upsertsUntilFailure) {
                throw Status.INVALID_ARGUMENT.asRuntimeException();
            }
            Futures.getUnchecked(client.upsertAsync(collection, batch, Duration.ofSeconds(10)));
        };
        return new Ingestor(
                embedder,
                new DocumentStore(
                        client,
                        points,
                        () -> {
                            loadClassesOf("the schema");
                            return CollectionSchema.of(embedder);
                        },
                        new Retry(new FixedBackOff(10, 5))));
    }

    /** Fails as the JVM does where the jar was replaced under it. */
    private void loadClassesOf(String what) {
        if (what.equals(withoutClasses)) {
            throw new NoClassDefFoundError(what);
        }
    }

    private long count(DocumentType type) throws Exception {
        if (!client.collectionExistsAsync(type.collection()).get()) {
            return 0;
        }
        Filter any = Filter.newBuilder()
                .addMust(matchKeyword("type", type.payloadType()))
                .build();
        return client.countAsync(type.collection(), any, true).get();
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
