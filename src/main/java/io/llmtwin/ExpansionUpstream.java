package io.llmtwin;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.huggingface.HuggingFaceChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import io.github.resilience4j.core.IntervalFunction;
import io.llmtwin.evaluation.JudgeModel;
import io.llmtwin.llm.LlmServer;
import io.llmtwin.llm.LlmSettings;
import io.llmtwin.pipeline.PipelineSettings;
import io.llmtwin.retrieval.BoundedChatModel;
import io.llmtwin.retrieval.BoundedServers;
import io.llmtwin.retrieval.ExpansionLimit;
import io.llmtwin.retrieval.RetrievalSettings;
import io.llmtwin.tracing.UpstreamTracing;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The model that expands questions, and what it may take. It outlives revisions, and so does what is known of it. */
@Configuration
class ExpansionUpstream {
    private static final Logger LOG = LoggerFactory.getLogger(ExpansionUpstream.class);
    private static final String OPENAI = "https://api.openai.com/v1";
    private static final String HUGGINGFACE = "https://router.huggingface.co/v1";
    private static final String HUGGINGFACE_INFERENCE = "https://router.huggingface.co/hf-inference";
    private static final String NO_KEY = "none";
    /** One part in so many of a request's deadline is the most that expansion may take of it. */
    private static final int SHARE = 6;

    private static final IntervalFunction PAUSE = IntervalFunction.of(Duration.ofSeconds(30));

    @Bean
    BoundedChatModel expansionModel(
            ExpansionSettings settings,
            LlmServer llmServer,
            PipelineSettings pipeline,
            BoundedServers servers,
            UpstreamTracing tracing) {
        Server server = server(settings, llmServer);
        Duration timeout = pipeline.share(settings.timeout(), SHARE);
        return new BoundedChatModel(
                model(settings.provider(), server, timeout, tracing),
                servers.add("expansion", server.url, timeout, PAUSE));
    }

    /** The embedded models can't expand anything, or not in time, so that they aren't asked to. */
    @Bean
    ExpansionLimit expansionLimit(ExpansionSettings settings, RetrievalSettings retrieval, LlmSettings llm) {
        boolean embedded = isEmbedded(settings, llm);
        if (embedded && retrieval.expandNQuery() > 1) {
            LOG.info("query expansion: off, for no model that can expand questions is set");
        }
        return new ExpansionLimit(embedded ? 1 : retrieval.expandNQuery());
    }

    /** The same model judges answers, where it is no embedded one: those can't. */
    @Bean
    JudgeModel judgeModel(
            @Qualifier("expansionModel") BoundedChatModel model, ExpansionSettings settings, LlmSettings llm) {
        return new JudgeModel(isEmbedded(settings, llm) ? null : model);
    }

    private static boolean isEmbedded(ExpansionSettings settings, LlmSettings llm) {
        return settings.provider() == ExpansionSettings.Provider.OPENAI
                && settings.url() == null
                && !isOpenAi(settings)
                && llm.urls().isEmpty();
    }

    /** Where the model is, what it is called there, and the key that opens it. */
    private record Server(URI url, String model, @Nullable String key) {}

    private static Server server(ExpansionSettings settings, LlmServer llmServer) {
        String model = orElse(settings.model(), llmServer.model());
        String token = settings.apiKey() == null ? settings.huggingfaceToken() : settings.apiKey();
        return switch (settings.provider()) {
            case HUGGINGFACE_INFERENCE -> new Server(orElse(settings.url(), HUGGINGFACE_INFERENCE), model, token);
            case HUGGINGFACE -> new Server(orElse(settings.url(), HUGGINGFACE), model, token);
            case OPENAI -> {
                if (settings.url() != null) {
                    yield new Server(settings.url(), model, settings.apiKey());
                }
                yield isOpenAi(settings)
                        ? new Server(URI.create(OPENAI), orElse(settings.openaiModel(), model), settings.openaiKey())
                        : new Server(URI.create(llmServer.replicas().get(0)), model, llmServer.apiKey());
            }
        };
    }

    /** Hugging Face's own class is marked for removal in favour of its router, and the only one for its other API. */
    @SuppressWarnings("removal")
    private static ChatModel model(
            ExpansionSettings.Provider provider, Server server, Duration timeout, UpstreamTracing tracing) {
        return switch (provider) {
            case HUGGINGFACE_INFERENCE ->
                HuggingFaceChatModel.builder()
                        .baseUrl(withSlash(server.url))
                        .accessToken(server.key)
                        .modelId(server.model)
                        .timeout(timeout)
                        .build();
            case HUGGINGFACE, OPENAI ->
                OpenAiChatModel.builder()
                        .httpClientBuilder(tracing.traced(Upstreams.httpClient()))
                        .baseUrl(server.url.toString())
                        .modelName(server.model)
                        .apiKey(orElse(server.key, NO_KEY))
                        .timeout(timeout)
                        .maxRetries(0)
                        .build();
        };
    }

    private static boolean isOpenAi(ExpansionSettings settings) {
        return settings.openaiKey() != null && settings.openaiModel() != null;
    }

    /** The library adds {@code models/MODEL} to what ends with a slash. */
    private static String withSlash(URI url) {
        return url.toString().endsWith("/") ? url.toString() : url + "/";
    }

    private static URI orElse(@Nullable URI url, String otherwise) {
        return url == null ? URI.create(otherwise) : url;
    }

    private static String orElse(@Nullable String value, String otherwise) {
        return value == null || value.isBlank() ? otherwise : value;
    }
}
