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
        URI url = url(settings, llmServer);
        Duration timeout = pipeline.share(settings.timeout(), SHARE);
        return new BoundedChatModel(
                model(settings, url, llmServer, timeout, tracing), servers.add("expansion", url, timeout, PAUSE));
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

    private static URI url(ExpansionSettings settings, LlmServer llmServer) {
        if (settings.url() != null) {
            return settings.url();
        }
        return URI.create(
                switch (settings.provider()) {
                    case HUGGINGFACE_INFERENCE -> HUGGINGFACE_INFERENCE;
                    case HUGGINGFACE -> HUGGINGFACE;
                    case OPENAI ->
                        isOpenAi(settings) ? OPENAI : llmServer.replicas().get(0);
                });
    }

    /** Hugging Face's own class is marked for removal in favour of its router, and the only one for its other API. */
    @SuppressWarnings("removal")
    private static ChatModel model(
            ExpansionSettings settings, URI url, LlmServer llmServer, Duration timeout, UpstreamTracing tracing) {
        String token = settings.apiKey() == null ? settings.huggingfaceToken() : settings.apiKey();
        return switch (settings.provider()) {
            case HUGGINGFACE_INFERENCE ->
                HuggingFaceChatModel.builder()
                        .baseUrl(withSlash(url))
                        .accessToken(token)
                        .modelId(settings.model())
                        .timeout(timeout)
                        .build();
            case HUGGINGFACE -> openAi(url, orElse(settings.model(), llmServer.model()), token, timeout, tracing);
            case OPENAI -> openAi(settings, url, llmServer, timeout, tracing);
        };
    }

    private static ChatModel openAi(
            ExpansionSettings settings, URI url, LlmServer llmServer, Duration timeout, UpstreamTracing tracing) {
        String model = orElse(settings.model(), llmServer.model());
        if (settings.url() != null) {
            return openAi(url, model, settings.apiKey(), timeout, tracing);
        }
        if (isOpenAi(settings)) {
            return openAi(url, orElse(settings.openaiModel(), model), settings.openaiKey(), timeout, tracing);
        }
        return openAi(url, model, llmServer.apiKey(), timeout, tracing);
    }

    private static ChatModel openAi(
            URI url, String model, @Nullable String key, Duration timeout, UpstreamTracing tracing) {
        return OpenAiChatModel.builder()
                .httpClientBuilder(tracing.traced(Upstreams.httpClient()))
                .baseUrl(url.toString())
                .modelName(model)
                .apiKey(orElse(key, NO_KEY))
                .timeout(timeout)
                .maxRetries(0)
                .build();
    }

    private static boolean isOpenAi(ExpansionSettings settings) {
        return settings.openaiKey() != null && settings.openaiModel() != null;
    }

    /** The library adds {@code models/MODEL} to what ends with a slash. */
    private static String withSlash(URI url) {
        return url.toString().endsWith("/") ? url.toString() : url + "/";
    }

    private static String orElse(@Nullable String value, String otherwise) {
        return value == null || value.isBlank() ? otherwise : value;
    }
}
