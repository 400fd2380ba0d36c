package io.llmtwin;

import io.llmtwin.embedded.embedding.LateInteraction;
import io.llmtwin.embedded.embedding.OnnxCrossEncoder;
import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import io.llmtwin.embedded.llama.LlamaProcess;
import io.llmtwin.embedded.llama.LlamaSettings;
import io.llmtwin.embedded.llm.EmbeddedLlm;
import io.llmtwin.embedded.qdrant.EmbeddedQdrant;
import io.llmtwin.prompt.PromptSettings;
import io.llmtwin.retrieval.RerankSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The stand-ins for a laptop. Each is started only if a part of the service is left without an address. */
@Configuration
@Lazy
class EmbeddedParts {
    /** What a chat template may add to a prompt that keeps within its own limit. */
    private static final int CHAT_TEMPLATE_TOKENS = 128;

    @Bean
    EmbeddedQdrant embeddedQdrant(ServiceHome home, EmbeddedSettings settings) throws IOException {
        Files.createDirectories(home.qdrant());
        return EmbeddedQdrant.start(home.qdrant(), settings.qdrantPort());
    }

    @Bean
    OnnxEmbeddingModel onnxEmbeddingModel(ServiceHome home) {
        home.keepNativeLibraries();
        return new OnnxEmbeddingModel();
    }

    @Bean
    LateInteraction lateInteraction(OnnxEmbeddingModel embeddings, RerankSettings settings) {
        return new LateInteraction(embeddings, settings.depth(), settings.timeout());
    }

    @Bean
    OnnxCrossEncoder onnxCrossEncoder(ServiceHome home, RerankSettings settings) {
        home.keepNativeLibraries();
        return OnnxCrossEncoder.load(Objects.requireNonNull(settings.modelPath()), settings.timeout());
    }

    @Bean
    EmbeddedLlm embeddedLlm(EmbeddedSettings settings, OnnxEmbeddingModel embeddings) {
        return EmbeddedLlm.start(settings.llmPort(), embeddings);
    }

    @Bean
    LlamaProcess llamaProcess(ServiceHome home, EmbeddedSettings settings, PromptSettings prompt) {
        return LlamaProcess.start(new LlamaSettings(
                Objects.requireNonNull(settings.model()),
                settings.modelSha256(),
                home.models(),
                settings.llmPort(),
                prompt.maxTotalTokens() + CHAT_TEMPLATE_TOKENS,
                Runtime.getRuntime().availableProcessors()));
    }
}
