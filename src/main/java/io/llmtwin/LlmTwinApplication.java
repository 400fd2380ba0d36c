package io.llmtwin;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The service: a REST door, a pipeline of Camel routes behind it, and the parts that the pipeline calls. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class LlmTwinApplication {

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(LlmTwinApplication.class);
        application.addInitializers(OrderlyShutdown::of);
        application.run(args);
    }
}
