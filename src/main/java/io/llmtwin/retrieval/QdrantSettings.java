package io.llmtwin.retrieval;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
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
 * @param tls whether {@code host} is spoken to over TLS
 * @param tlsCa PEM file of the authorities that may have signed the server's certificate; null for the JVM's own
 * @param timeout for one call, and for all calls of one search
 */
@Validated
@ConfigurationProperties("llm-twin.qdrant")
public record QdrantSettings(
        @Nullable String host,
        @DefaultValue("6334") @Min(1) @Max(65535) int port,
        @DefaultValue("false") boolean useCloud,
        @Nullable URI cloudUrl,
        @Nullable String apiKey,
        @DefaultValue("false") boolean tls,
        @Nullable Path tlsCa,
        @DefaultValue("5s") @NotNull Duration timeout) {

    public QdrantSettings {
        host = host == null || host.isBlank() ? null : host.strip();
        tlsCa = tlsCa == null || tlsCa.toString().isBlank() ? null : tlsCa;
        apiKey = apiKey == null || apiKey.isBlank() ? null : apiKey.strip();
        if (useCloud && (cloudUrl == null || cloudUrl.getHost() == null)) {
            throw new IllegalArgumentException("USE_QDRANT_CLOUD needs QDRANT_CLOUD_URL, the address of the cluster");
        }
        if (tlsCa != null && !tls && !useCloud) {
            throw new IllegalArgumentException("QDRANT_TLS_CA does nothing without QDRANT_TLS");
        }
        if (tlsCa != null && !Files.isReadable(tlsCa)) {
            throw new IllegalArgumentException("QDRANT_TLS_CA is no file that can be read: " + tlsCa);
        }
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "QdrantSettings[host=" + host + ", port=" + port + ", useCloud=" + useCloud + ", cloudUrl=" + cloudUrl
                + ", tls=" + tls + ", tlsCa=" + tlsCa + ", timeout=" + timeout + "]";
    }
}
