package io.llmtwin.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class TracingConfigurationTest {
    private static final String ENDPOINT = "llm-twin.tracing.endpoint=http://127.0.0.1:1";

    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withUserConfiguration(TracingConfiguration.class, Settings.class)
            .withBean(ObjectMapper.class);

    @Test
    void tracing_withoutAnEndpoint_isNotThere() {
        service.run(context -> {
            assertThat(context.getBean(UpstreamTracing.class)).isSameAs(UpstreamTracing.OFF);
            assertThat(context)
                    .doesNotHaveBean(TracingConfiguration.TelemetrySdk.class)
                    .doesNotHaveBean(ServerSpans.class);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sdk-disabled=true", "exporter=none"})
    void tracing_thatIsSwitchedOff_isNotThere(String setting) {
        service.withPropertyValues(ENDPOINT, "llm-twin.tracing." + setting)
                .run(context ->
                        assertThat(context.getBean(UpstreamTracing.class)).isSameAs(UpstreamTracing.OFF));
    }

    @ParameterizedTest
    @CsvSource({
        "endpoint=collector, OTEL_EXPORTER_OTLP_ENDPOINT",
        "traces-endpoint=ftp://x/y, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "protocol=grpc, OTEL_EXPORTER_OTLP_PROTOCOL",
        "exporter=zipkin, OTEL_TRACES_EXPORTER"
    })
    void setting_thatCannotBe_isNamed(String setting, String name) {
        service.withPropertyValues("llm-twin.tracing." + setting)
                .run(context ->
                        assertThat(context.getStartupFailure()).rootCause().hasMessageContaining(name));
    }

    @EnableConfigurationProperties(TracingSettings.class)
    static class Settings {}
}
