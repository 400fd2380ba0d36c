package io.llmtwin;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The embedded parts.
 *
 * @param qdrantPort of the store's gRPC API, on loopback; 0 for any free one
 * @param llmPort of the model's HTTP API, on loopback; 0 for any free one
 * @param model GGUF file that llama.cpp answers with, a path or an https URL; null for the model that quotes
 * @param modelSha256 of that file, in hexadecimal
 */
@Validated
@ConfigurationProperties("llm-twin.embedded")
record EmbeddedSettings(
        @DefaultValue("0") @Min(0) @Max(65535) int qdrantPort,
        @DefaultValue("0") @Min(0) @Max(65535) int llmPort,
        @Nullable String model,
        @Nullable String modelSha256) {
    private static final Pattern HTTPS = Pattern.compile("(?i)https://.+");
    private static final Pattern LOOPBACK = Pattern.compile("(?i)http://(127\\.0\\.0\\.1|localhost)(:\\d+)?/.+");
    private static final Pattern SHA_256 = Pattern.compile("(?i)[0-9a-f]{64}");

    EmbeddedSettings {
        model = model == null || model.isBlank() ? null : model.strip();
        modelSha256 = modelSha256 == null || modelSha256.isBlank() ? null : modelSha256.strip();
        if (modelSha256 != null && !SHA_256.matcher(modelSha256).matches()) {
            throw new IllegalArgumentException("LLM_EMBEDDED_MODEL_SHA256 must be 64 hexadecimal digits");
        }
        if (model != null && model.contains("://")) {
            if (!HTTPS.matcher(model).matches() && !LOOPBACK.matcher(model).matches()) {
                throw new IllegalArgumentException("LLM_EMBEDDED_MODEL must be a path or an https URL of a GGUF file");
            }
            if (modelSha256 == null) {
                throw new IllegalArgumentException("LLM_EMBEDDED_MODEL is a URL, which needs LLM_EMBEDDED_MODEL_SHA256:"
                        + " the SHA-256 of the file, as its publisher gives it");
            }
        }
    }
}
