package io.llmtwin.retrieval;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the Qdrant server is; with neither a host nor the cloud, the embedded store stands in.
 *
 * @param host of the server's gRPC API
 * @param port of the server's gRPC API
 * @param useCloud to go to {@code cloudUrl} with TLS instead
 * @param cloudUrl of a Qdrant Cloud cluster
 * @param apiKey sent with every call
 * @param timeout for one call
 */
@Validated
@ConfigurationProperties("llm-twin.qdrant")
public record QdrantSettings(
        @Nullable String host,
        @DefaultValue("6334") @Min(1) @Max(65535) int port,
        @DefaultValue("false") boolean useCloud,
        @Nullable URI cloudUrl,
        @Nullable String apiKey,
        @DefaultValue("5s") @NotNull Duration timeout) {

    public QdrantSettings {
        host = host == null || host.isBlank() ? null : host.strip();
        apiKey = apiKey == null || apiKey.isBlank() ? null : apiKey.strip();
        if (useCloud && (cloudUrl == null || cloudUrl.getHost() == null)) {
            throw new IllegalArgumentException("USE_QDRANT_CLOUD needs QDRANT_CLOUD_URL, the address of the cluster");
        }
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "QdrantSettings[host=" + host + ", port=" + port + ", useCloud=" + useCloud + ", cloudUrl=" + cloudUrl
                + ", timeout=" + timeout + "]";
    }
}
