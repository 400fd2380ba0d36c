package io.llmtwin.llm;

import io.llmtwin.pipeline.Lifetime;
import io.llmtwin.pipeline.Lifetimes;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.config.Http1Config;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * How camel-http calls out, in the main context and in every revision. A call that carries the trace id of a request as
 * {@value #REQUEST_ID} is broken off when that request ends: the connection is closed, not drained, so that the model
 * stops writing.
 */
@Configuration
class LlmConnections {
    /** vLLM names its completion after it. */
    static final String REQUEST_ID = "X-Request-Id";

    /** Holds the frames of a stream; with the default of 8 KB a thousand streams would hold 24 MB of buffers, nearly empty. */
    private static final int BUFFER_BYTES = 1024;

    @Bean
    ComponentCustomizer callsOut(
            Lifetimes lifetimes, @Value("${llm-twin.api.max-concurrent-requests}") int connectionsPerReplica) {
        return ComponentCustomizer.builder(HttpComponent.class).build(http -> {
            http.setClientConnectionManager(connections(connectionsPerReplica));
            http.setHttpClientConfigurer(client -> client.setRetryStrategy(new StaleConnectionRetry())
                    .disableContentCompression()
                    .disableCookieManagement()
                    .addExecInterceptorFirst("request-lifetime", breakOffWithRequest(lifetimes)));
        });
    }

    private static HttpClientConnectionManager connections(int perReplica) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(
                                Http1Config.custom().setBufferSize(BUFFER_BYTES).build())
                        .build())
                .setMaxConnPerRoute(perReplica)
                .setMaxConnTotal(Integer.MAX_VALUE)
                .build();
    }

    private static ExecChainHandler breakOffWithRequest(Lifetimes lifetimes) {
        return (request, scope, chain) -> {
            Header id = request.getFirstHeader(REQUEST_ID);
            Lifetime lifetime = id == null ? null : lifetimes.find(id.getValue());
            if (lifetime != null && scope.originalRequest instanceof Cancellable call) {
                lifetime.call(call::cancel);
            }
            return chain.proceed(request, scope);
        };
    }
}
