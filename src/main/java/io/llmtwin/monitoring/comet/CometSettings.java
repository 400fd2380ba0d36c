package io.llmtwin.monitoring.comet;

import jakarta.validation.constraints.NotBlank;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Comet LLM, to which prompt records go where its key or its address is set.
 *
 * @param apiKey sent as it is, without a scheme
 * @param workspace null for the key's own
 * @param project of the course; records go to the one of that name with {@code -monitoring} after it
 * @param urlOverride null for the vendor's own service; of which scheme, host and port count
 */
@Validated
@ConfigurationProperties("llm-twin.comet")
public record CometSettings(
        @Nullable String apiKey,
        @Nullable String workspace,
        @DefaultValue("llm-twin-course") @NotBlank String project,
        @Nullable URI urlOverride) {
    private static final URI VENDOR = URI.create("https://www.comet.com");
    private static final String MONITORING = "-monitoring";

    public CometSettings {
        apiKey = apiKey == null || apiKey.isBlank() ? null : apiKey.strip();
        workspace = workspace == null || workspace.isBlank() ? null : workspace.strip();
        if (urlOverride != null
                && (urlOverride.getHost() == null
                        || !("http".equals(urlOverride.getScheme()) || "https".equals(urlOverride.getScheme())))) {
            throw new IllegalArgumentException(
                    "COMET_URL_OVERRIDE must be a URL such as https://www.comet.com, but is '" + urlOverride + "'");
        }
    }

    /** Where prompt records go. */
    public String monitoringProject() {
        return project + MONITORING;
    }

    /** The vendor's own service, unless another is set. */
    URI url() {
        return urlOverride == null ? VENDOR : urlOverride;
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "CometSettings[workspace=" + workspace + ", project=" + project + ", url=" + url() + "]";
    }
}
