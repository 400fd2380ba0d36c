package io.llmtwin.retrieval;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import io.llmtwin.embedded.qdrant.EmbeddedQdrant;
import io.llmtwin.retrieval.CollectionState.Missing;
import io.llmtwin.retrieval.CollectionState.Searchable;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered of the collections of an embedded store, and for how long. */
class CollectionCatalogIT {
    @TempDir
    Path home;

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong now = new AtomicLong();
    private OnnxEmbeddingModel model;
    private EmbeddedQdrant store;
    private QdrantClient client;
    private CollectionCatalog catalog;

    @BeforeEach
    void start() throws Exception {
        model = new OnnxEmbeddingModel(1);
        store = EmbeddedQdrant.start(home, 0);
        client = new QdrantClient(QdrantGrpcClient.newBuilder(
                        ManagedChannelBuilder.forAddress("127.0.0.1", store.port())
                                .usePlaintext()
                                .intercept(new Counter())
                                .build(),
                        true,
                        false)
                .build());
        catalog = new CollectionCatalog(client, new Embedder(model), Duration.ofSeconds(5), now::get);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        store.close();
        model.close();
    }

    @Test
    void collections_allThere_areNotLookedAtForEachRequest() throws Exception {
        createAll();
        look();
        int before = calls.get();
        for (int i = 0; i < 100; i++) {
            look();
        }
        assertThat(calls).hasValue(before);
    }

    @Test
    void collections_oneMissing_areLookedForEachTime() throws Exception {
        assertThat(look().values()).hasOnlyElementsOfType(Missing.class);
        createAll();
        assertThat(look().values()).hasOnlyElementsOfType(Searchable.class);
    }

    @Test
    void collections_seenLongAgo_areLookedAtInTheBackground() throws Exception {
        createAll();
        look();
        client.deleteCollectionAsync("vector_posts").get();
        now.addAndGet(Duration.ofSeconds(11).toNanos());
        assertThat(look().get(DocumentType.POST)).isInstanceOf(Searchable.class);
        await().atMost(10, SECONDS).until(() -> catalog.lastSeen().get(DocumentType.POST) instanceof Missing);
    }

    @Test
    void collections_forgotten_areLookedAtAtOnce() throws Exception {
        createAll();
        look();
        client.deleteCollectionAsync("vector_posts").get();
        catalog.forget();
        assertThat(look().get(DocumentType.POST)).isInstanceOf(Missing.class);
    }

    @Test
    void storeGone_andNothingKnown_saysSo() throws Exception {
        store.close();
        assertThatThrownBy(this::look)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("did not say which collections it has");
        assertThat(catalog.lastSeen()).isEmpty();
    }

    private Map<DocumentType, CollectionState> look() {
        return catalog.look().get();
    }

    private void createAll() throws Exception {
        for (DocumentType type : DocumentType.values()) {
            client.createCollectionAsync(
                            type.collection(),
                            VectorParams.newBuilder()
                                    .setSize(384)
                                    .setDistance(Distance.Cosine)
                                    .build())
                    .get();
        }
    }

    private final class Counter implements ClientInterceptor {
        @Override
        public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
            calls.incrementAndGet();
            return next.newCall(method, options);
        }
    }
}
