package io.llmtwin;

import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.http.client.jdk.JdkHttpClientBuilder;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import io.llmtwin.embedded.llama.LlamaProcess;
import io.llmtwin.embedded.llm.EmbeddedLlm;
import io.llmtwin.llm.LlmLimits;
import io.llmtwin.llm.LlmServer;
import io.llmtwin.llm.LlmSettings;
import io.llmtwin.pipeline.PipelineSettings;
import io.llmtwin.prompt.PromptSettings;
import io.llmtwin.retrieval.BoundedEmbeddingModel;
import io.llmtwin.retrieval.BoundedServers;
import io.llmtwin.retrieval.Embedder;
import io.llmtwin.tracing.UpstreamTracing;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** What the pipeline calls: a server where its address is set, else the embedded part that speaks the same wire. */
@Configuration
class Upstreams {
    private static final Logger LOG = LoggerFactory.getLogger(Upstreams.class);
    private static final String NO_KEY = "none";
    /** One part in so many of a request's deadline is the most that embedding its question may take of it. */
    private static final int SHARE = 6;

    /** Between calls of a server that fails: short at first, because a restart is, and no burden to a dead one later. */
    static final IntervalFunction PAUSE =
            IntervalFunction.ofExponentialBackoff(Duration.ofMillis(500), 2, Duration.ofSeconds(10));

    @Bean
    LlmServer llmServer(
            LlmSettings settings,
            EmbeddedSettings embeddedSettings,
            ObjectProvider<EmbeddedLlm> embedded,
            ObjectProvider<LlamaProcess> llama,
            CircuitBreakerRegistry breakers) {
        if (!settings.urls().isEmpty()) {
            LOG.info("language model: {} at {}", settings.model(), settings.urls());
            return new LlmServer(settings.urls(), settings.model(), settings.apiKey(), breakers);
        }
        if (embeddedSettings.model() != null) {
            LlamaProcess process = llama.getObject();
            LOG.info("language model: embedded, {} at {}", process.model(), process.baseUrl());
            return new LlmServer(List.of(process.baseUrl()), process.model(), null, breakers);
        }
        URI url = embedded.getObject().baseUrl();
        LOG.info("language model: embedded, {} at {}", EmbeddedLlm.EXTRACTIVE, url);
        return new LlmServer(List.of(url), EmbeddedLlm.EXTRACTIVE, null, breakers);
    }

    /** What the clients that rooms have for themselves go through. */
    @Bean
    UnaryOperator<HttpClient> connections(UpstreamTracing tracing) {
        return tracing::traced;
    }

    @Bean
    BoundedServers boundedServers(CircuitBreakerRegistry breakers, UpstreamTracing tracing) {
        return new BoundedServers(breakers, tracing::traced);
    }

    @Bean
    LlmLimits llmLimits(PromptSettings prompt) {
        return new LlmLimits(prompt.maxInputTokens(), prompt.maxTotalTokens() - prompt.maxInputTokens());
    }

    /** Embeds questions, which can't wait for a server that doesn't answer. */
    @Bean
    @Primary
    Embedder embedder(
            EmbeddingSettings settings,
            ObjectProvider<OnnxEmbeddingModel> embedded,
            BoundedServers servers,
            PipelineSettings pipeline,
            UpstreamTracing tracing) {
        URI url = settings.url();
        EmbeddingModel model = url == null
                ? embedded.getObject()
                : new BoundedEmbeddingModel(
                        embeddingServer(settings, url, tracing),
                        servers.add("embedding", url, pipeline.share(settings.timeout(), SHARE), PAUSE));
        return Embedder.ofQueries(model, settings.instruction());
    }

    /** Embeds passages, which can wait; in the process it gives way to questions. */
    @Bean
    Embedder passageEmbedder(
            EmbeddingSettings settings, ObjectProvider<OnnxEmbeddingModel> embedded, UpstreamTracing tracing) {
        return new Embedder(
                settings.url() == null
                        ? embedded.getObject().inBackground()
                        : embeddingServer(settings, settings.url(), tracing));
    }

    private static EmbeddingModel embeddingServer(EmbeddingSettings settings, URI url, UpstreamTracing tracing) {
        return OpenAiEmbeddingModel.builder()
                .httpClientBuilder(tracing.traced(httpClient()))
                .baseUrl(url.toString())
                .modelName(settings.model())
                .apiKey(orElse(settings.apiKey(), NO_KEY))
                .timeout(settings.timeout())
                .maxRetries(1)
                .build();
    }

    /** HTTP/1.1, because vLLM's server logs a warning for each attempt to upgrade to 2. */
    static JdkHttpClientBuilder httpClient() {
        return JdkHttpClient.builder().httpClientBuilder(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1));
    }

    private static String orElse(@Nullable String value, String otherwise) {
        return value == null || value.isBlank() ? otherwise : value;
    }
}
