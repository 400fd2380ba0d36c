package io.llmtwin;

import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The model that embeds; bge-small-en-v1.5 in the process where no URL is set.
 *
 * @param url OpenAI-compatible base URL, without {@code /embeddings}
 * @param model sent with every request; a change embeds the corpus anew
 * @param apiKey sent as a bearer token
 * @param queryPrefix instruction before each query that is embedded, none before passages; {@code none} for none, null
 *     for the one that the model was trained with, where that is known
 * @param timeout for one call
 */
@Validated
@ConfigurationProperties("llm-twin.embedding")
record EmbeddingSettings(
        @Nullable URI url,
        @DefaultValue("BAAI/bge-small-en-v1.5") String model,
        @Nullable String apiKey,
        @Nullable String queryPrefix,
        @DefaultValue("30s") Duration timeout) {
    /** Of the English bge models, from their model cards. */
    private static final String BGE_PREFIX = "Represent this sentence for searching relevant passages:";

    private static final Pattern ENGLISH_BGE = Pattern.compile("(BAAI/)?bge-(small|base|large)-en(-v1\\.5)?");
    private static final String NONE = "none";

    /** What goes before each query; empty for nothing. */
    String instruction() {
        if (queryPrefix == null || queryPrefix.isBlank()) {
            return url == null || ENGLISH_BGE.matcher(model).matches() ? BGE_PREFIX : "";
        }
        return queryPrefix.equals(NONE) ? "" : queryPrefix.strip();
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "EmbeddingSettings[url=" + url + ", model=" + model + "]";
    }
}
