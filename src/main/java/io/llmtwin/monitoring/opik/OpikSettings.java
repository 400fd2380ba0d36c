package io.llmtwin.monitoring.opik;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Opik, to which prompt records go where its key or its address is set.
 *
 * @param apiKey sent as it is, without a scheme; null for a server of one's own that wants none
 * @param workspace null for the key's own
 * @param project null for the one that Comet LLM would get
 * @param urlOverride null for the vendor's own service; base of the API, with its path
 */
@Validated
@ConfigurationProperties("llm-twin.opik")
public record OpikSettings(
        @Nullable String apiKey,
        @Nullable String workspace,
        @Nullable String project,
        @Nullable URI urlOverride) {
    private static final URI VENDOR = URI.create("https://www.comet.com/opik/api");

    public OpikSettings {
        apiKey = apiKey == null || apiKey.isBlank() ? null : apiKey.strip();
        workspace = workspace == null || workspace.isBlank() ? null : workspace.strip();
        project = project == null || project.isBlank() ? null : project.strip();
        if (urlOverride != null
                && (urlOverride.getHost() == null
                        || !("http".equals(urlOverride.getScheme()) || "https".equals(urlOverride.getScheme())))) {
            throw new IllegalArgumentException(
                    "OPIK_URL_OVERRIDE must be a URL such as http://localhost:5173/api, but is '" + urlOverride + "'");
        }
    }

    /** The vendor's own service, unless another is set. */
    URI url() {
        return urlOverride == null ? VENDOR : urlOverride;
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "OpikSettings[workspace=" + workspace + ", project=" + project + ", url=" + url() + "]";
    }
}
