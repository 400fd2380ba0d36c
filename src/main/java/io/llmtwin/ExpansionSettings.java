package io.llmtwin;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The model that expands queries; the one that answers where nothing is set.
 *
 * @param provider whose wire it is asked over
 * @param url base URL
 * @param model sent with every request
 * @param apiKey sent as a bearer token
 * @param openaiKey of OpenAI itself, as the course sets it
 * @param openaiModel of OpenAI itself, as the course sets it
 * @param huggingfaceToken of Hugging Face, as the course sets it
 * @param timeout after which the question is searched alone
 */
@Validated
@ConfigurationProperties("llm-twin.expansion")
record ExpansionSettings(
        @DefaultValue("openai") @NotNull Provider provider,
        @Nullable URI url,
        @Nullable String model,
        @Nullable String apiKey,
        @Nullable String openaiKey,
        @Nullable String openaiModel,
        @Nullable String huggingfaceToken,

        @DefaultValue("10s") @NotNull @DurationMin(millis = 1)
        Duration timeout) {

    ExpansionSettings {
        model = blankToNull(model);
        apiKey = blankToNull(apiKey);
        openaiKey = blankToNull(openaiKey);
        openaiModel = blankToNull(openaiModel);
        huggingfaceToken = blankToNull(huggingfaceToken);
        if (provider != Provider.OPENAI && (model == null || (apiKey == null && huggingfaceToken == null))) {
            throw new IllegalArgumentException("EXPANSION_PROVIDER is Hugging Face, which needs EXPANSION_MODEL and"
                    + " HUGGINGFACE_ACCESS_TOKEN");
        }
    }

    private static @Nullable String blankToNull(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** Never shows a key. */
    @Override
    public String toString() {
        return "ExpansionSettings[provider=" + provider + ", url=" + url + ", model=" + model + ", openaiModel="
                + openaiModel + ", timeout=" + timeout + "]";
    }

    /** The wires that an expansion model may be asked over. */
    enum Provider {
        /** OpenAI's chat completions, by whatever server. */
        OPENAI,
        /** The same, by Hugging Face's router. */
        HUGGINGFACE,
        /** Hugging Face's inference API: {@code POST models/MODEL} with {@code inputs}. */
        HUGGINGFACE_INFERENCE
    }
}
