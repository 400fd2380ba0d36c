package io.llmtwin;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The model that expands queries; the one that answers where nothing is set.
 *
 * @param url OpenAI-compatible base URL
 * @param model sent with every request
 * @param apiKey sent as a bearer token
 * @param openaiKey of OpenAI itself, as the course sets it
 * @param openaiModel of OpenAI itself, as the course sets it
 * @param timeout after which the question is searched alone
 */
@Validated
@ConfigurationProperties("llm-twin.expansion")
record ExpansionSettings(
        @Nullable URI url,
        @Nullable String model,
        @Nullable String apiKey,
        @Nullable String openaiKey,
        @Nullable String openaiModel,
        @DefaultValue("10s") Duration timeout) {

    ExpansionSettings {
        model = blankToNull(model);
        apiKey = blankToNull(apiKey);
        openaiKey = blankToNull(openaiKey);
        openaiModel = blankToNull(openaiModel);
    }

    private static @Nullable String blankToNull(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** Never shows a key. */
    @Override
    public String toString() {
        return "ExpansionSettings[url=" + url + ", model=" + model + ", openaiModel=" + openaiModel + "]";
    }
}
