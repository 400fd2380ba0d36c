package io.llmtwin;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.llmtwin.embedded.qdrant.EmbeddedQdrant;
import io.llmtwin.retrieval.QdrantAddress;
import io.llmtwin.retrieval.QdrantSettings;
import io.llmtwin.retrieval.qdrant.RecoveryProbe;
import io.llmtwin.tracing.UpstreamTracing;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.QdrantGrpc;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckReply;
import io.qdrant.client.grpc.QdrantOuterClass.HealthCheckRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two connections to a Qdrant that is gone, silent, restarted, or behind TLS. */
class VectorStoreIT {
    private static final String PASSWORD = "changeit";
    private static final Duration PATIENCE = Duration.ofMillis(200);

    @TempDir
    Path folder;

    private final VectorStore config = new VectorStore();
    private final CircuitBreaker breaker = config.storeBreaker(CircuitBreakerRegistry.ofDefaults());
    private final AtomicInteger recoveries = new AtomicInteger();
    private QdrantGrpcClient connection;
    private QdrantClient searches;
    private QdrantClient everythingElse;
    private RecoveryProbe probe;

    @AfterEach
    void disconnect() {
        if (probe != null) {
            probe.close();
            connection.close();
            everythingElse.close();
        }
    }

    @Test
    void silentServer_afterItsFirstCalls_isNotWaitedFor() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            connect(silent.getLocalPort(), settings(false, null));
            for (int call = 0; call < 6; call++) {
                assertFails(searches, "DEADLINE_EXCEEDED");
            }
            assertThat(breaker.getState()).isNotEqualTo(State.CLOSED);
            await().atMost(10, SECONDS).until(() -> breaker.getState() == State.OPEN);
            assertFails(searches, "the circuit breaker qdrant is open");
            assertFails(everythingElse, "DEADLINE_EXCEEDED");
        }
    }

    @Test
    void serverRestartedOnItsPort_isSearchedAgainWithoutARequestFindingOut() throws Exception {
        EmbeddedQdrant first = EmbeddedQdrant.start(folder, 0);
        int port = first.port();
        connect(port, settings(false, null));
        assertThat(searches.listCollectionsAsync(Duration.ofSeconds(5)).get()).isEmpty();
        first.close();
        await().atMost(20, SECONDS).until(() -> {
            assertFails(searches, "UNAVAILABLE");
            return breaker.getState() == State.OPEN;
        });
        try (EmbeddedQdrant second = EmbeddedQdrant.start(folder, port)) {
            await().atMost(30, SECONDS).until(() -> breaker.getState() == State.CLOSED);
            assertThat(searches.listCollectionsAsync(Duration.ofSeconds(5)).get())
                    .isEmpty();
            assertThat(recoveries).hasValue(1);
        }
    }

    @Test
    void openBreaker_otherCalls_goThrough() throws Exception {
        try (EmbeddedQdrant store = EmbeddedQdrant.start(folder, 0)) {
            connect(store.port(), settings(false, null));
            breaker.transitionToForcedOpenState();
            assertFails(searches, "the circuit breaker qdrant is open");
            assertThat(everythingElse
                            .listCollectionsAsync(Duration.ofSeconds(5))
                            .get())
                    .isEmpty();
        }
    }

    @Test
    void answersThatSayNo_always_leaveTheBreakerClosed() throws Exception {
        try (EmbeddedQdrant store = EmbeddedQdrant.start(folder, 0)) {
            connect(store.port(), settings(false, null));
            for (int call = 0; call < 20; call++) {
                assertThatThrownBy(() -> searches.getCollectionInfoAsync("missing", Duration.ofSeconds(5))
                                .get())
                        .hasMessageContaining("NOT_FOUND");
            }
            assertThat(breaker.getState()).isEqualTo(State.CLOSED);
        }
    }

    @Test
    void selfSignedServer_withItsCertificateAndTheKey_isSpokenTo() throws Exception {
        BlockingQueue<String> keys = new LinkedBlockingQueue<>();
        Path certificate = folder.resolve("qdrant.pem");
        Server server = tlsServer(certificate, keys);
        try {
            connect(server.getPort(), settings(true, certificate));
            assertThat(searches.healthCheckAsync(Duration.ofSeconds(5)).get().getVersion())
                    .isEqualTo("tls");
            assertThat(keys.take()).isEqualTo("qd-secret");
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void selfSignedServer_withoutItsCertificate_isNotTrusted() throws Exception {
        Server server = tlsServer(folder.resolve("qdrant.pem"), new LinkedBlockingQueue<>());
        try {
            connect(server.getPort(), settings(true, null));
            assertThatThrownBy(() ->
                            searches.healthCheckAsync(Duration.ofSeconds(5)).get())
                    .hasMessageContaining("UNAVAILABLE");
        } finally {
            server.shutdownNow();
        }
    }

    private void connect(int port, QdrantSettings settings) throws IOException {
        QdrantAddress address = new QdrantAddress("127.0.0.1", port, settings.tls(), false);
        everythingElse = config.qdrantClient(address, settings, UpstreamTracing.OFF);
        connection = config.searchConnection(address, settings, breaker, UpstreamTracing.OFF);
        searches = config.searchClient(connection);
        probe = new RecoveryProbe(breaker, connection, recoveries::incrementAndGet);
    }

    private static QdrantSettings settings(boolean tls, Path certificate) {
        return new QdrantSettings("127.0.0.1", 6334, false, null, "qd-secret", tls, certificate, Duration.ofSeconds(5));
    }

    private static void assertFails(QdrantClient client, String message) {
        assertThatThrownBy(() -> client.listCollectionsAsync(PATIENCE).get())
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining(message);
    }

    private Server tlsServer(Path certificate, BlockingQueue<String> keys) throws Exception {
        KeyStore store = selfSigned();
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(store, PASSWORD.toCharArray());
        Certificate own = store.getCertificate("qdrant");
        Files.writeString(
                certificate,
                "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(own.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        return NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        TlsServerCredentials.newBuilder()
                                .keyManager(keyManagers.getKeyManagers())
                                .build())
                .intercept(new KeyReader(keys))
                .addService(new Health())
                .build()
                .start();
    }

    /** A key pair and its certificate, made by the JDK's own tool. */
    private KeyStore selfSigned() throws Exception {
        Path file = folder.resolve("qdrant.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "qdrant",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=qdrant",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(60, SECONDS)).isTrue();
        return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    }

    private static final class Health extends QdrantGrpc.QdrantImplBase {
        @Override
        public void healthCheck(HealthCheckRequest request, StreamObserver<HealthCheckReply> answer) {
            answer.onNext(HealthCheckReply.newBuilder().setVersion("tls").build());
            answer.onCompleted();
        }
    }

    private record KeyReader(BlockingQueue<String> keys) implements ServerInterceptor {
        private static final Metadata.Key<String> KEY = Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);

        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            keys.add(String.valueOf(headers.get(KEY)));
            return next.startCall(call, headers);
        }
    }
}
