package io.llmtwin.tracing;

import dev.langchain4j.http.client.HttpClientBuilder;
import io.grpc.ClientInterceptor;
import java.net.http.HttpClient;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * Puts calls of upstreams into traces: each within a request's span gets a span of its own, and takes the trace along.
 * Does nothing where tracing is off, which is what the defaults do.
 */
public interface UpstreamTracing {
    /** No tracing. */
    UpstreamTracing OFF = new UpstreamTracing() {};

    /** Builds clients like those of {@code builder} for models of langchain4j. */
    default HttpClientBuilder traced(HttpClientBuilder builder) {
        return builder;
    }

    /** {@code client}, with traces. */
    default HttpClient traced(HttpClient client) {
        return client;
    }

    /** {@code executor}, whose tasks belong to the span of whoever submits them. */
    default ExecutorService traced(ExecutorService executor) {
        return executor;
    }

    /** What calls of gRPC go through. */
    default List<ClientInterceptor> grpc() {
        return List.of();
    }
}
