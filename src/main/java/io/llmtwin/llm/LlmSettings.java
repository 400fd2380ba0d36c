package io.llmtwin.llm;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The language model's servers; without any, the embedded model answers.
 *
 * @param urls OpenAI-compatible base URLs, such as {@code http://host:8000/v1}
 * @param model sent with every request
 * @param apiKey sent as a bearer token
 * @param firstTokenTimeout the longest wait for the beginning of an answer while another replica could be asked
 * @param idleTimeout the longest silence between two frames of a stream
 */
@Validated
@ConfigurationProperties("llm-twin.llm")
public record LlmSettings(
        @DefaultValue List<URI> urls,
        @DefaultValue("llm-twin") String model,
        @Nullable String apiKey,

        @DefaultValue("20s") @NotNull @DurationMin(millis = 100) @DurationMax(hours = 1)
        Duration firstTokenTimeout,

        @DefaultValue("20s") @NotNull @DurationMin(millis = 100) @DurationMax(hours = 1)
        Duration idleTimeout) {
    public LlmSettings {
        urls = List.copyOf(urls);
        apiKey = apiKey == null || apiKey.isBlank() ? null : apiKey.strip();
        for (URI url : urls) {
            if (url.getUserInfo() != null) {
                throw new IllegalArgumentException(
                        "LLM_URLS must hold no user and password; LLM_API_KEY holds the key");
            }
            if (url.getHost() == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                throw new IllegalArgumentException(
                        "LLM_URLS must be base URLs such as http://host:8000/v1, but one is '" + url + "'");
            }
        }
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "LlmSettings[urls=" + urls + ", model=" + model + ", firstTokenTimeout=" + firstTokenTimeout
                + ", idleTimeout=" + idleTimeout + "]";
    }
}
