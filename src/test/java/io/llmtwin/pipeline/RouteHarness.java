package io.llmtwin.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.SimpleRegistry;

/** Some of the pipeline's own route files, running over beans that a test chooses. */
public final class RouteHarness implements AutoCloseable {
    private static final Path PIPELINE = Path.of("src", "main", "resources");

    private final CamelContext context;
    private final ProducerTemplate template;

    /** Starts {@code files}, names such as {@code expand} in {@code routes/pipeline/}. */
    public RouteHarness(List<String> files, Map<String, Object> beans, List<RevisionCustomizer> customizers)
            throws Exception {
        SimpleRegistry registry = new SimpleRegistry();
        beans.forEach(registry::bind);
        registry.bind("warnings", new Warnings());
        context = new DefaultCamelContext(registry);
        UnaryOperator<String> text = RouteHarness::read;
        new UpstreamCalls().customize(context, text);
        new StepTimer().customize(context, text);
        customizers.forEach(customizer -> customizer.customize(context, text));
        for (String file : files) {
            String path = "routes/pipeline/" + file + ".camel.yaml";
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString(path, read(path)));
        }
        context.start();
        template = context.createProducerTemplate();
    }

    /** What comes of a request that enters by {@code direct:ENTRY}. */
    public Exchange request(String entry, Object body, Map<String, ?> variables) {
        return request(new Lifetime(Duration.ofMinutes(1), Client.PATIENT), entry, body, variables);
    }

    /** As {@link #request}, for a request whose time is up once {@code waiting} is done. */
    public Exchange requestUntil(CompletionStage<?> waiting, String entry, Object body, Map<String, ?> variables) {
        Lifetime lifetime = new Lifetime(Duration.ofMinutes(1), Client.PATIENT);
        waiting.thenRun(() -> lifetime.end(Lifetime.End.DEADLINE));
        return request(lifetime, entry, body, variables);
    }

    private Exchange request(Lifetime lifetime, String entry, Object body, Map<String, ?> variables) {
        return template.request("direct:" + entry, exchange -> {
            RequestScope.begin(exchange, "test", lifetime);
            variables.forEach(exchange::setVariable);
            exchange.getMessage().setBody(body);
        });
    }

    private static String read(String path) {
        try {
            Path file = PIPELINE.resolve(path);
            return Files.exists(file) ? Files.readString(file) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws Exception {
        template.close();
        context.close();
    }
}
