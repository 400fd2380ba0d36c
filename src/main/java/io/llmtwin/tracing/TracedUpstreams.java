package io.llmtwin.tracing;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.http.client.HttpClientBuilder;
import io.grpc.ClientInterceptor;
import io.opentelemetry.context.Context;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** The tracing of upstreams where it is on. */
final class TracedUpstreams implements UpstreamTracing {
    private final Spans spans;
    private final ObjectMapper json;

    TracedUpstreams(Spans spans, ObjectMapper json) {
        this.spans = spans;
        this.json = json;
    }

    @Override
    public HttpClientBuilder traced(HttpClientBuilder builder) {
        return new TracedBuilder(builder);
    }

    @Override
    public HttpClient traced(HttpClient client) {
        return new TracedHttpClient(client, spans);
    }

    @Override
    public ExecutorService traced(ExecutorService executor) {
        return Context.taskWrapping(executor);
    }

    @Override
    public List<ClientInterceptor> grpc() {
        return List.of(new GrpcSpans(spans));
    }

    private final class TracedBuilder implements HttpClientBuilder {
        private final HttpClientBuilder builder;

        TracedBuilder(HttpClientBuilder builder) {
            this.builder = builder;
        }

        @Override
        public Duration connectTimeout() {
            return builder.connectTimeout();
        }

        @Override
        public HttpClientBuilder connectTimeout(Duration timeout) {
            builder.connectTimeout(timeout);
            return this;
        }

        @Override
        public Duration readTimeout() {
            return builder.readTimeout();
        }

        @Override
        public HttpClientBuilder readTimeout(Duration timeout) {
            builder.readTimeout(timeout);
            return this;
        }

        @Override
        public dev.langchain4j.http.client.HttpClient build() {
            return new TracedModelClient(builder.build(), spans, json);
        }
    }
}
