package io.llmtwin;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannelBuilder;
import io.grpc.TlsChannelCredentials;
import io.llmtwin.embedded.qdrant.EmbeddedQdrant;
import io.llmtwin.pipeline.PipelineSettings;
import io.llmtwin.retrieval.CollectionCatalog;
import io.llmtwin.retrieval.QdrantAddress;
import io.llmtwin.retrieval.QdrantSettings;
import io.llmtwin.retrieval.SearchDeadline;
import io.llmtwin.retrieval.qdrant.CircuitBreakerInterceptor;
import io.llmtwin.retrieval.qdrant.RecoveryProbe;
import io.llmtwin.tracing.UpstreamTracing;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/**
 * The way to the vector store, over two connections: searches give up at once on a store that is known not to answer,
 * while everything else, ingestion above all, tries in its own time.
 */
@Configuration
class VectorStore {
    private static final Logger LOG = LoggerFactory.getLogger(VectorStore.class);
    private static final int MAX_MESSAGE = 64 << 20;

    /**
     * A request makes three calls at a time, so two requests find out that the store is gone. Seconds rather than calls
     * make the window, because a burst that the store is late for is more calls than any small number, and no outage.
     */
    private static final CircuitBreakerConfig BREAKER = CircuitBreakerConfig.custom()
            .slidingWindowType(SlidingWindowType.TIME_BASED)
            .slidingWindowSize(10)
            .minimumNumberOfCalls(6)
            .failureRateThreshold(50)
            .waitIntervalFunctionInOpenState(Upstreams.PAUSE)
            .automaticTransitionFromOpenToHalfOpenEnabled(true)
            .permittedNumberOfCallsInHalfOpenState(1)
            .build();

    @Bean
    QdrantAddress qdrantAddress(QdrantSettings settings, ObjectProvider<EmbeddedQdrant> embedded) {
        QdrantAddress address;
        if (settings.useCloud() && settings.cloudUrl() != null) {
            address = new QdrantAddress(settings.cloudUrl().getHost(), settings.port(), true, false);
        } else if (settings.host() != null) {
            address = new QdrantAddress(settings.host(), settings.port(), settings.tls(), false);
        } else {
            address = new QdrantAddress("127.0.0.1", embedded.getObject().port(), false, true);
        }
        LOG.info("vector store: {}{}", address.embedded() ? "embedded, on " : "", address);
        return address;
    }

    @Bean
    @Primary
    QdrantClient qdrantClient(QdrantAddress address, QdrantSettings settings, UpstreamTracing tracing)
            throws IOException {
        return new QdrantClient(connection(address, settings, tracing.grpc()));
    }

    @Bean
    CircuitBreaker storeBreaker(CircuitBreakerRegistry breakers) {
        return breakers.circuitBreaker("qdrant", BREAKER);
    }

    @Bean
    QdrantGrpcClient searchConnection(
            QdrantAddress address,
            QdrantSettings settings,
            @Qualifier("storeBreaker") CircuitBreaker breaker,
            UpstreamTracing tracing)
            throws IOException {
        // the last one is the first that a call goes through: what the breaker denies is no call
        List<ClientInterceptor> interceptors = new ArrayList<>(tracing.grpc());
        interceptors.add(new CircuitBreakerInterceptor(breaker));
        QdrantGrpcClient connection = connection(address, settings, interceptors);
        boolean connectNow = true;
        connection.channel().getState(connectNow);
        return connection;
    }

    @Bean(destroyMethod = "")
    QdrantClient searchClient(QdrantGrpcClient searchConnection) {
        return new QdrantClient(searchConnection);
    }

    @Bean
    RecoveryProbe recoveryProbe(
            @Qualifier("storeBreaker") CircuitBreaker breaker,
            QdrantGrpcClient searchConnection,
            CollectionCatalog collections) {
        return new RecoveryProbe(breaker, searchConnection, collections::forget);
    }

    /** A search has half of a request's time at most: what comes after it needs the rest. */
    @Bean
    SearchDeadline searchDeadline(QdrantSettings settings, PipelineSettings pipeline) {
        return SearchDeadline.within(pipeline.share(settings.timeout(), 2));
    }

    @Bean
    CircuitBreakerRegistry circuitBreakers() {
        return CircuitBreakerRegistry.ofDefaults();
    }

    @Bean
    MeterBinder circuitBreakerMetrics(CircuitBreakerRegistry breakers) {
        return TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers);
    }

    private static QdrantGrpcClient connection(
            QdrantAddress address, QdrantSettings settings, List<ClientInterceptor> interceptors) throws IOException {
        ManagedChannelBuilder<?> channel = Grpc.newChannelBuilderForAddress(
                        address.host(), address.port(), credentials(address, settings))
                .keepAliveTime(30, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .maxInboundMessageSize(MAX_MESSAGE)
                .intercept(interceptors);
        boolean closesChannel = true;
        boolean checksVersion = false;
        QdrantGrpcClient.Builder client = QdrantGrpcClient.newBuilder(channel.build(), closesChannel, checksVersion)
                .withTimeout(settings.timeout());
        if (settings.apiKey() != null) {
            client.withApiKey(settings.apiKey());
        }
        return client.build();
    }

    private static ChannelCredentials credentials(QdrantAddress address, QdrantSettings settings) throws IOException {
        if (!address.tls()) {
            return InsecureChannelCredentials.create();
        }
        TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
        if (settings.tlsCa() != null) {
            tls.trustManager(settings.tlsCa().toFile());
        }
        return tls.build();
    }
}
