package io.llmtwin;

import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.http.client.jdk.JdkHttpClientBuilder;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.grpc.ManagedChannelBuilder;
import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import io.llmtwin.embedded.llm.EmbeddedLlm;
import io.llmtwin.embedded.qdrant.EmbeddedQdrant;
import io.llmtwin.llm.LlmLimits;
import io.llmtwin.llm.LlmServer;
import io.llmtwin.llm.LlmSettings;
import io.llmtwin.prompt.PromptSettings;
import io.llmtwin.retrieval.Embedder;
import io.llmtwin.retrieval.QdrantAddress;
import io.llmtwin.retrieval.QdrantSettings;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    private static final String OPENAI = "https://api.openai.com/v1";
    private static final int MAX_QDRANT_MESSAGE = 64 << 20;
    private static final String NO_KEY = "none";

    @Bean
    QdrantAddress qdrantAddress(QdrantSettings settings, ObjectProvider<EmbeddedQdrant> embedded) {
        if (settings.useCloud() && settings.cloudUrl() != null) {
            return new QdrantAddress(settings.cloudUrl().getHost(), settings.port(), true, false);
        }
        if (settings.host() != null) {
            return new QdrantAddress(settings.host(), settings.port(), false, false);
        }
        return new QdrantAddress("127.0.0.1", embedded.getObject().port(), false, true);
    }

    @Bean
    QdrantClient qdrantClient(QdrantAddress address, QdrantSettings settings) {
        ManagedChannelBuilder<?> channel = ManagedChannelBuilder.forAddress(address.host(), address.port());
        channel.keepAliveTime(30, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .maxInboundMessageSize(MAX_QDRANT_MESSAGE);
        if (address.tls()) {
            channel.useTransportSecurity();
        } else {
            channel.usePlaintext();
        }
        boolean closesChannel = true;
        boolean checksVersion = false;
        QdrantGrpcClient.Builder client = QdrantGrpcClient.newBuilder(channel.build(), closesChannel, checksVersion)
                .withTimeout(settings.timeout());
        if (settings.apiKey() != null) {
            client.withApiKey(settings.apiKey());
        }
        LOG.info("vector store: {}{}", address.embedded() ? "embedded, on " : "", address);
        return new QdrantClient(client.build());
    }

    @Bean
    CircuitBreakerRegistry replicaBreakers() {
        return LlmServer.breakers();
    }

    @Bean
    LlmServer llmServer(
            LlmSettings settings, ObjectProvider<EmbeddedLlm> embedded, CircuitBreakerRegistry replicaBreakers) {
        if (!settings.urls().isEmpty()) {
            LOG.info("language model: {} at {}", settings.model(), settings.urls());
            return new LlmServer(settings.urls(), settings.model(), settings.apiKey(), replicaBreakers);
        }
        URI url = embedded.getObject().baseUrl();
        LOG.info("language model: embedded, {} at {}", EmbeddedLlm.MODEL, url);
        return new LlmServer(List.of(url), EmbeddedLlm.MODEL, null, replicaBreakers);
    }

    @Bean
    LlmLimits llmLimits(PromptSettings prompt) {
        return new LlmLimits(prompt.maxInputTokens(), prompt.maxTotalTokens() - prompt.maxInputTokens());
    }

    @Bean
    ChatModel expansionModel(ExpansionSettings settings, LlmServer llmServer) {
        OpenAiChatModel.OpenAiChatModelBuilder model = OpenAiChatModel.builder()
                .httpClientBuilder(httpClient())
                .timeout(settings.timeout())
                .maxRetries(0);
        if (settings.url() != null) {
            model.baseUrl(settings.url().toString())
                    .modelName(orElse(settings.model(), llmServer.model()))
                    .apiKey(orElse(settings.apiKey(), NO_KEY));
        } else if (settings.openaiKey() != null && settings.openaiModel() != null) {
            model.baseUrl(OPENAI).modelName(settings.openaiModel()).apiKey(settings.openaiKey());
        } else {
            model.baseUrl(llmServer.replicas().get(0))
                    .modelName(orElse(settings.model(), llmServer.model()))
                    .apiKey(orElse(llmServer.apiKey(), NO_KEY));
        }
        return model.build();
    }

    /** Embeds questions. */
    @Bean
    @Primary
    Embedder embedder(EmbeddingSettings settings, ObjectProvider<OnnxEmbeddingModel> embedded) {
        return new Embedder(settings.url() == null ? embedded.getObject() : embeddingServer(settings, settings.url()));
    }

    /** Embeds passages; in the process it gives way to questions. */
    @Bean
    Embedder passageEmbedder(EmbeddingSettings settings, ObjectProvider<OnnxEmbeddingModel> embedded) {
        return new Embedder(
                settings.url() == null
                        ? embedded.getObject().inBackground()
                        : embeddingServer(settings, settings.url()));
    }

    private static EmbeddingModel embeddingServer(EmbeddingSettings settings, URI url) {
        return OpenAiEmbeddingModel.builder()
                .httpClientBuilder(httpClient())
                .baseUrl(url.toString())
                .modelName(settings.model())
                .apiKey(orElse(settings.apiKey(), NO_KEY))
                .timeout(settings.timeout())
                .maxRetries(1)
                .build();
    }

    /** HTTP/1.1, because vLLM's server logs a warning for each attempt to upgrade to 2. */
    private static JdkHttpClientBuilder httpClient() {
        return JdkHttpClient.builder().httpClientBuilder(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1));
    }

    private static String orElse(@Nullable String value, String otherwise) {
        return value == null || value.isBlank() ? otherwise : value;
    }
}
