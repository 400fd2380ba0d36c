package io.llmtwin.embedded.qdrant;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.SearchPoints;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import io.qdrant.client.grpc.PointsGrpc;
import io.qdrant.client.grpc.QdrantGrpc;
import io.qdrant.client.grpc.SnapshotsGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, held against the embedded store, and what is the embedded store's own. */
class EmbeddedQdrantIT extends HybridContract {
    @TempDir
    private static Path home;

    private static EmbeddedQdrant store;

    @BeforeAll
    static void start() throws Exception {
        store = EmbeddedQdrant.start(home, 0);
    }

    @AfterAll
    static void stop() throws Exception {
        store.close();
    }

    @Override
    String address() {
        return "127.0.0.1:" + store.port();
    }

    @Test
    void start_folderInUse_saysSo() {
        assertThatThrownBy(() -> EmbeddedQdrant.start(home, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(home.toString())
                .hasMessageContaining("in use by another process");
    }

    @Test
    void start_portTaken_saysSoAndGivesTheFolderBack(@TempDir Path other) throws Exception {
        assertThatThrownBy(() -> EmbeddedQdrant.start(other, store.port()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("127.0.0.1:" + store.port());
        EmbeddedQdrant.start(other, 0).close();
    }

    @Test
    void everyCall_notHere_namesItselfAndTheWayOut() {
        ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", store.port())
                .usePlaintext()
                .build();
        try {
            List<String> unimplemented = new ArrayList<>();
            for (MethodDescriptor<?, ?> method : methods()) {
                Status status = call(channel, method);
                if (status.getCode() == Status.Code.UNIMPLEMENTED) {
                    assertThat(status.getDescription())
                            .isEqualTo("the embedded store does not do " + method.getFullMethodName()
                                    + "; set QDRANT_DATABASE_HOST to use a Qdrant server");
                    unimplemented.add(method.getFullMethodName());
                }
            }
            assertThat(unimplemented)
                    .contains("qdrant.Points/SearchGroups", "qdrant.Points/Recommend", "qdrant.Points/Discover")
                    .contains("qdrant.Collections/UpdateAliases", "qdrant.Snapshots/Create")
                    .doesNotContain("qdrant.Points/Upsert", "qdrant.Points/Query", "qdrant.Points/UpdateBatch")
                    .doesNotContain("qdrant.Collections/Create", "qdrant.Qdrant/HealthCheck");
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void reopened_afterClose_hasEverything(@TempDir Path other) throws Exception {
        try (EmbeddedQdrant first = EmbeddedQdrant.start(other, 0);
                QdrantClient client = client(first)) {
            create(client, "kept");
            create(client, "dropped");
            client.upsertAsync("kept", points(0, 500, "a")).get();
            client.setPayloadAsync("kept", Map.of("b", value(1)), List.of(id(7)), true, null, null)
                    .get();
            client.deleteAsync("kept", List.of(id(3))).get();
            client.deleteCollectionAsync("dropped").get();
        }
        try (EmbeddedQdrant second = EmbeddedQdrant.start(other, 0);
                QdrantClient client = client(second)) {
            assertThat(client.listCollectionsAsync().get()).containsExactly("kept");
            assertThat(client.countAsync("kept").get()).isEqualTo(499);
            Map<String, Value> payload =
                    client.retrieveAsync("kept", id(7), null).get().get(0).getPayloadMap();
            assertThat(payload).containsEntry("a", value(7)).containsEntry("b", value(1));
        }
    }

    /** The store was filled by version 0.1.0 and killed, so a part of it is in the write-ahead log only. */
    @Test
    void store_fromBeforeNamedVectors_opensWithEverything(@TempDir Path other) throws Exception {
        unpack("/store-of-dense-vectors-only.zip", other);
        try (EmbeddedQdrant old = EmbeddedQdrant.start(other, 0);
                QdrantClient client = client(old)) {
            assertThat(client.countAsync("articles").get()).isEqualTo(8);
            assertThat(client.getCollectionInfoAsync("articles").get().getPayloadSchemaMap())
                    .containsKey("author");
            assertThat(client.searchAsync(SearchPoints.newBuilder()
                                    .setCollectionName("articles")
                                    .addAllVector(List.of(0f, 1f, 0f, 0f))
                                    .setLimit(3)
                                    .setWithVectors(
                                            WithVectorsSelector.newBuilder().setEnable(true))
                                    .build())
                            .get())
                    .as("the vector of 7 was deleted, and 8 too")
                    .extracting(ScoredPoint::getId)
                    .containsExactly(id(9), id(6), id(5));
            client.upsertAsync("articles", points(20, 10, "author")).get();
            assertThat(client.countAsync("articles").get()).isEqualTo(18);
        }
    }

    @Test
    void readersAndWriters_atOnce_seeWhatWasAcknowledged() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (QdrantClient client = client(store)) {
            create(client, "busy");
            List<Callable<Void>> work = new ArrayList<>();
            for (int writer = 0; writer < 8; writer++) {
                int base = writer * 1000;
                work.add(() -> {
                    for (int batch = 0; batch < 20; batch++) {
                        int first = base + batch * 10;
                        client.upsertAsync("busy", points(first, 10, "a")).get();
                        assertThat(client.retrieveAsync("busy", id(first + 9), null)
                                        .get())
                                .hasSize(1);
                    }
                    return null;
                });
            }
            work.add(() -> {
                for (int i = 0; i < 20; i++) {
                    create(client, "passing");
                    client.upsertAsync("passing", points(0, 10, "a")).get();
                    client.deleteCollectionAsync("passing").get();
                }
                return null;
            });
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get(60, TimeUnit.SECONDS);
            }
            assertThat(client.countAsync("busy").get()).isEqualTo(8 * 200);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void unpack(String resource, Path folder) throws IOException {
        try (ZipInputStream zip =
                new ZipInputStream(Objects.requireNonNull(EmbeddedQdrantIT.class.getResourceAsStream(resource)))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = folder.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zip, file);
            }
        }
    }

    static QdrantClient client(EmbeddedQdrant store) {
        return new QdrantClient(QdrantGrpcClient.newBuilder("127.0.0.1", store.port(), false, false)
                .build());
    }

    static void create(QdrantClient client, String name) throws Exception {
        client.createCollectionAsync(
                        name,
                        VectorParams.newBuilder()
                                .setSize(4)
                                .setDistance(Distance.Dot)
                                .build())
                .get();
    }

    static List<PointStruct> points(int first, int count, String key) {
        return Stream.iterate(first, i -> i + 1)
                .limit(count)
                .map(i -> PointStruct.newBuilder()
                        .setId(id(i))
                        .setVectors(vectors(i, 1f, 0f, 0f))
                        .putPayload(key, value(i))
                        .build())
                .toList();
    }

    private static List<MethodDescriptor<?, ?>> methods() {
        List<MethodDescriptor<?, ?>> methods = new ArrayList<>();
        for (ServiceDescriptor service : List.of(
                QdrantGrpc.getServiceDescriptor(),
                CollectionsGrpc.getServiceDescriptor(),
                PointsGrpc.getServiceDescriptor(),
                SnapshotsGrpc.getServiceDescriptor())) {
            methods.addAll(service.getMethods());
        }
        return methods;
    }

    @SuppressWarnings("unchecked")
    private static <Q, A> Status call(ManagedChannel channel, MethodDescriptor<Q, A> method) {
        MethodDescriptor.PrototypeMarshaller<Q> requests =
                (MethodDescriptor.PrototypeMarshaller<Q>) method.getRequestMarshaller();
        Q request = (Q) ((Message) requests.getMessagePrototype()).getDefaultInstanceForType();
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request));
        return failure == null ? Status.OK : failure.getStatus();
    }
}
