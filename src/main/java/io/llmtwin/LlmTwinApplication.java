package io.llmtwin;

import io.llmtwin.evaluation.command.EvaluateCommand;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.actuate.autoconfigure.logging.OpenTelemetryLoggingAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.logging.otlp.OtlpLoggingAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.opentelemetry.OpenTelemetryAutoConfiguration;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * The service: a REST door, a pipeline of Camel routes behind it, and the parts that the pipeline calls. With the word
 * {@code evaluate} it is the command of that name instead, which asks a service that runs.
 */
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
        if (args.length > 0 && args[0].equals(EvaluateCommand.NAME)) {
            EvaluateCommand command = new EvaluateCommand(System.out, System.err, System.getenv("LLM_TWIN_API_KEY"));
            System.exit(command.run(Arrays.asList(args).subList(1, args.length)));
        }
        SpringApplication application = new SpringApplication(LlmTwinApplication.class);
        application.addInitializers(OrderlyShutdown::of);
        application.run(args);
    }
}
