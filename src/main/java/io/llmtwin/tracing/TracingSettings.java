package io.llmtwin.tracing;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where traces go, and what they say. What else there is to set, OpenTelemetry's SDK reads by its own names.
 *
 * @param endpoint of an OTLP receiver, without {@code /v1/traces}
 * @param tracesEndpoint the whole address that spans are sent to; comes before {@code endpoint}
 * @param protocol that is spoken to it; there is only {@code http/protobuf}
 * @param exporter {@code otlp}, or {@code none} for no traces
 * @param sdkDisabled no traces either
 * @param captureMessageContent whether the language model's spans carry the prompt and the answer
 */
@ConfigurationProperties("llm-twin.tracing")
record TracingSettings(
        @Nullable URI endpoint,
        @Nullable URI tracesEndpoint,
        @DefaultValue(PROTOCOL) String protocol,
        @DefaultValue(EXPORTER) String exporter,
        @DefaultValue("false") boolean sdkDisabled,
        @DefaultValue("false") boolean captureMessageContent) {
    private static final String PROTOCOL = "http/protobuf";
    private static final String EXPORTER = "otlp";
    static final String NO_EXPORTER = "none";

    TracingSettings {
        requireHttp("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        requireHttp("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", tracesEndpoint);
        if (!protocol.equals(PROTOCOL)) {
            throw new IllegalArgumentException(
                    "OTEL_EXPORTER_OTLP_PROTOCOL must be " + PROTOCOL + ", but is '" + protocol + "'");
        }
        if (!exporter.equals(EXPORTER) && !exporter.equals(NO_EXPORTER)) {
            throw new IllegalArgumentException(
                    "OTEL_TRACES_EXPORTER must be " + EXPORTER + " or " + NO_EXPORTER + ", but is '" + exporter + "'");
        }
    }

    private static void requireHttp(String name, @Nullable URI url) {
        boolean isHttp = url == null
                || url.toString().isEmpty()
                || (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme())));
        if (!isHttp) {
            throw new IllegalArgumentException(
                    name + " must be a URL such as http://collector:4318, but is '" + url + "'");
        }
    }
}
