package io.llmtwin;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.autoconfigure.logging.OpenTelemetryLoggingAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.logging.otlp.OtlpLoggingAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.opentelemetry.OpenTelemetryAutoConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The service: a REST door, a pipeline of Camel routes behind it, and the parts that the pipeline calls. */
@SpringBootApplication(
        exclude = {
            // the SDK is on the class path for tracing, which sets it up by itself or not at all
            OpenTelemetryAutoConfiguration.class,
            OpenTelemetryLoggingAutoConfiguration.class,
            OtlpLoggingAutoConfiguration.class
        })
@ConfigurationPropertiesScan
public class LlmTwinApplication {

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(LlmTwinApplication.class);
        application.addInitializers(OrderlyShutdown::of);
        application.run(args);
    }
}
