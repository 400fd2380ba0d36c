package io.llmtwin.tracing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.llm.LlmServer;
import io.llmtwin.pipeline.RevisionCustomizer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/** Tracing, which without the address of a receiver is not there at all: no SDK, no spans, no thread. */
@Configuration
class TracingConfiguration {

    @Bean
    UpstreamTracing upstreamTracing(ObjectProvider<Spans> spans, ObjectMapper json) {
        Spans traced = spans.getIfAvailable();
        return traced == null ? UpstreamTracing.OFF : new TracedUpstreams(traced, json);
    }

    @Configuration
    @Conditional(TracingIsOn.class)
    static class On {
        private static final Logger LOG = LoggerFactory.getLogger(TracingConfiguration.class);
        private static final int QUEUE_SIZE = 2048;
        private static final int SECONDS_FOR_THE_LAST_SPANS = 3;

        @Bean
        SpanExport spanExport() {
            return new SpanExport();
        }

        @Bean
        TelemetrySdk telemetrySdk(ConfigurableEnvironment environment, SpanExport export, TracingSettings settings) {
            LOG.info(
                    "traces: to {}",
                    settings.tracesEndpoint() == null ? settings.endpoint() : settings.tracesEndpoint());
            return new TelemetrySdk(AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> defaults(environment))
                    .addPropertiesCustomizer(config -> settings(environment))
                    .addSpanExporterCustomizer((exporter, config) -> export.counted(exporter))
                    .addSpanProcessorCustomizer((processor, config) ->
                            export.bounded(processor, config.getInt("otel.bsp.max.queue.size", QUEUE_SIZE)))
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk());
        }

        @Bean
        Spans spans(TelemetrySdk sdk) {
            return new Spans(sdk.sdk);
        }

        @Bean
        ServerSpans serverSpans(Spans spans) {
            return new ServerSpans(spans, new ApiOperations());
        }

        @Bean
        StepSpans stepSpans(
                Spans spans,
                @Qualifier("llmServer") LlmServer server,
                ObjectMapper json,
                TracingSettings settings,
                @Value("${llm-twin.monitoring.redact}") boolean redacts) {
            return new StepSpans(
                    spans, new CompletionSpans(spans, server, json, settings.captureMessageContent(), redacts));
        }

        @Bean
        RevisionCustomizer spansInRevisions(Spans spans, StepSpans steps) {
            return (context, files) -> trace(context, spans, steps);
        }

        @Bean
        CamelContextConfiguration spansInMainContext(Spans spans, StepSpans steps) {
            return new CamelContextConfiguration() {
                @Override
                public void beforeApplicationStart(CamelContext context) {
                    trace(context, spans, steps);
                    RequestSpans requests = new RequestSpans();
                    requests.setCamelContext(context);
                    context.getManagementStrategy().addEventNotifier(requests);
                }

                @Override
                public void afterApplicationStart(CamelContext context) {}
            };
        }

        private static void trace(CamelContext context, Spans spans, StepSpans steps) {
            context.addRoutePolicyFactory(steps);
            context.getCamelContextExtension().addInterceptStrategy(new CurrentSpan());
            CamelHttpSpans http = new CamelHttpSpans(spans);
            http.setCamelContext(context);
            context.getManagementStrategy().addEventNotifier(http);
        }

        private static Map<String, String> defaults(ConfigurableEnvironment environment) {
            return Map.of(
                    "otel.service.name", environment.getProperty("spring.application.name", "llm-twin"),
                    "otel.exporter.otlp.protocol", "http/protobuf",
                    // what else a client sends along is for nobody else
                    "otel.propagators", "tracecontext");
        }

        /** All {@code OTEL_*} of the environment and of {@code .env}. Metrics are Prometheus's to fetch, logs nobody's. */
        private static Map<String, String> settings(ConfigurableEnvironment environment) {
            Map<String, String> settings = new HashMap<>();
            for (PropertySource<?> source : environment.getPropertySources()) {
                if (source instanceof EnumerablePropertySource<?> listed) {
                    for (String name : listed.getPropertyNames()) {
                        String value = name.startsWith("OTEL_") ? environment.getProperty(name) : null;
                        if (value != null && !value.isBlank()) {
                            settings.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
                        }
                    }
                }
            }
            settings.put("otel.metrics.exporter", TracingSettings.NO_EXPORTER);
            settings.put("otel.logs.exporter", TracingSettings.NO_EXPORTER);
            return settings;
        }
    }

    /** Ends with the service, and takes no longer over it than the last spans are worth. */
    static final class TelemetrySdk implements AutoCloseable {
        private final OpenTelemetrySdk sdk;

        TelemetrySdk(OpenTelemetrySdk sdk) {
            this.sdk = sdk;
        }

        @Override
        public void close() {
            sdk.shutdown().join(On.SECONDS_FOR_THE_LAST_SPANS, TimeUnit.SECONDS);
        }
    }
}
