package io.llmtwin.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A pipeline of one route and one template, which greets and asks nobody anything. */
final class GreetingPipeline {
    static final String ROUTE_FILE = "routes/pipeline/greet.camel.yaml";
    static final String TEMPLATE_FILE = "prompts/greeting.mustache";
    static final String ROUTE = """
            - route:
                id: greet
                from:
                  uri: direct:greet
                  steps:
                    - to:
                        id: template
                        uri: mustache:prompts/greeting.mustache
            """;

    private GreetingPipeline() {}

    static void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("routes/pipeline"));
        Files.createDirectories(folder.resolve("prompts"));
        Files.writeString(folder.resolve(ROUTE_FILE), ROUTE);
        Files.writeString(folder.resolve(TEMPLATE_FILE), "Hello {{body}}");
    }
}
