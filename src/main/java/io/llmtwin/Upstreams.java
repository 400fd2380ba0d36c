package io.llmtwin;

import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.http.client.jdk.JdkHttpClientBuilder;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import io.llmtwin.embedded.llm.EmbeddedLlm;
import io.llmtwin.embedded.qdrant.EmbeddedQdrant;
import io.llmtwin.llm.LlmLimits;
import io.llmtwin.llm.LlmServer;
import io.llmtwin.llm.LlmSettings;
import io.llmtwin.prompt.PromptSettings;
import io.llmtwin.retrieval.Embedder;
import io.llmtwin.retrieval.QdrantSettings;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.net.http.HttpClient;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the pipeline calls: a server where its address is set, else the embedded part that speaks the same wire. */
@Configuration
class Upstreams {
    private static final String OPENAI = "https://api.openai.com/v1";
    private static final String NO_KEY = "none";

    @Bean
    QdrantClient qdrantClient(QdrantSettings settings, ObjectProvider<EmbeddedQdrant> embedded) {
        ManagedChannelBuilder<?> channel;
        if (settings.cloudUrl() != null && settings.useCloud()) {
            int port = settings.cloudUrl().getPort();
            boolean isRestPort = port < 0 || port == 443 || port == 6333;
            channel = ManagedChannelBuilder.forAddress(
                            settings.cloudUrl().getHost(), isRestPort ? settings.port() : port)
                    .useTransportSecurity();
        } else if (settings.host() != null) {
            channel = ManagedChannelBuilder.forAddress(settings.host(), settings.port())
                    .usePlaintext();
        } else {
            channel = ManagedChannelBuilder.forAddress(
                            "127.0.0.1", embedded.getObject().port())
                    .usePlaintext();
        }
        ManagedChannel built = channel.build();
        QdrantGrpcClient.Builder client =
                QdrantGrpcClient.newBuilder(built, true).withTimeout(settings.timeout());
        if (settings.apiKey() != null) {
            client.withApiKey(settings.apiKey());
        }
        return new QdrantClient(client.build());
    }

    @Bean
    LlmServer llmServer(LlmSettings settings, ObjectProvider<EmbeddedLlm> embedded) {
        if (!settings.urls().isEmpty()) {
            return new LlmServer(settings.urls(), settings.model(), settings.apiKey());
        }
        return new LlmServer(List.of(embedded.getObject().baseUrl()), EmbeddedLlm.MODEL, null);
    }

    @Bean
    LlmLimits llmLimits(PromptSettings prompt) {
        return new LlmLimits(prompt.maxTotalTokens() - prompt.maxInputTokens());
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

    @Bean
    Embedder embedder(EmbeddingSettings settings, ObjectProvider<OnnxEmbeddingModel> embedded) {
        EmbeddingModel model = settings.url() == null
                ? embedded.getObject()
                : OpenAiEmbeddingModel.builder()
                        .httpClientBuilder(httpClient())
                        .baseUrl(settings.url().toString())
                        .modelName(settings.model())
                        .apiKey(orElse(settings.apiKey(), NO_KEY))
                        .timeout(settings.timeout())
                        .maxRetries(1)
                        .build();
        return new Embedder(model);
    }

    /** HTTP/1.1, because vLLM's server logs a warning for each attempt to upgrade to 2. */
    private static JdkHttpClientBuilder httpClient() {
        return JdkHttpClient.builder().httpClientBuilder(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1));
    }

    private static String orElse(@Nullable String value, String otherwise) {
        return value == null || value.isBlank() ? otherwise : value;
    }
}
