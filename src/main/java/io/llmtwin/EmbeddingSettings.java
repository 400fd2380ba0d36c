package io.llmtwin;

import java.net.URI;
import java.time.Duration;
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
 * @param timeout for one call
 */
@Validated
@ConfigurationProperties("llm-twin.embedding")
record EmbeddingSettings(
        @Nullable URI url,
        @DefaultValue("BAAI/bge-small-en-v1.5") String model,
        @Nullable String apiKey,
        @DefaultValue("30s") Duration timeout) {

    /** Never shows the key. */
    @Override
    public String toString() {
        return "EmbeddingSettings[url=" + url + ", model=" + model + "]";
    }
}
