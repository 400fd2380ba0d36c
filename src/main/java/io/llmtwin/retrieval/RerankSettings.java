package io.llmtwin.retrieval;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What judges the passages that a search found.
 *
 * @param by the kind of reranker; {@code AUTO} for the one whose setting is there
 * @param url of a server's {@code /rerank}, with or without that path
 * @param model sent with every request to it
 * @param apiKey sent to it as a bearer token
 * @param modelPath an ONNX file of a cross-encoder, with its {@code tokenizer.json} beside it
 * @param depth passages that are judged; what the search ranked below them stays below them
 * @param timeout for judging them all
 */
@Validated
@ConfigurationProperties("llm-twin.rerank")
public record RerankSettings(
        @DefaultValue("auto") Kind by,
        @Nullable URI url,
        @Nullable String model,
        @Nullable String apiKey,
        @Nullable Path modelPath,
        @DefaultValue("20") @Min(1) @Max(300) int depth,
        @DefaultValue("5s") @DurationMin(millis = 1) Duration timeout) {

    /** A kind of reranker. */
    public enum Kind {
        /** {@code HTTP} where a URL is set, else {@code CROSS_ENCODER} where a file is, else {@code LATE_INTERACTION}. */
        AUTO,
        /** Token vectors of the embedding model in the process. */
        LATE_INTERACTION,
        /** A server's {@code /rerank}. */
        HTTP,
        /** An ONNX file in the process. */
        CROSS_ENCODER,
        /** The model that expands questions, which orders passages by their number. */
        LLM,
        /** None: passages stay in the order of the search. */
        NONE
    }

    public RerankSettings {
        model = blankToNull(model);
        apiKey = blankToNull(apiKey);
        modelPath = modelPath == null || modelPath.toString().isBlank() ? null : modelPath;
        if (by == Kind.AUTO) {
            by = url != null ? Kind.HTTP : modelPath != null ? Kind.CROSS_ENCODER : Kind.LATE_INTERACTION;
        }
        if (url != null
                && (url.getHost() == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme())))) {
            throw new IllegalArgumentException(
                    "RERANK_URL must be a URL such as http://host:8000/rerank, but is '" + url + "'");
        }
        if (by == Kind.HTTP && url == null) {
            throw new IllegalArgumentException("RERANK=http needs RERANK_URL, the address of the server");
        }
        if (by == Kind.CROSS_ENCODER && modelPath == null) {
            throw new IllegalArgumentException("RERANK=cross-encoder needs RERANK_MODEL_PATH, an ONNX file");
        }
        if (modelPath != null && !Files.isRegularFile(modelPath)) {
            throw new IllegalArgumentException("RERANK_MODEL_PATH must be an ONNX file, but is '" + modelPath + "'");
        }
    }

    private static @Nullable String blankToNull(@Nullable String value) {
        return value == null || value.isBlank() ? null : value.strip();
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "RerankSettings[by=" + by + ", url=" + url + ", model=" + model + ", modelPath=" + modelPath + ", depth="
                + depth + ", timeout=" + timeout + "]";
    }
}
