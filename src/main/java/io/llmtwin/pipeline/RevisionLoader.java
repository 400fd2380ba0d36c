package io.llmtwin.pipeline;

import java.time.Duration;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesParser;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.springframework.context.ApplicationContext;

/** Starts revisions, each in a CamelContext of its own. */
final class RevisionLoader {
    private final RevisionContexts contexts;

    RevisionLoader(
            ApplicationContext application,
            PropertiesParser placeholders,
            List<RevisionCustomizer> customizers,
            Duration deadline) {
        this.contexts = new RevisionContexts(application, placeholders, customizers, deadline);
    }

    /**
     * A started revision of {@code source}.
     *
     * @throws Exception whatever Camel finds wrong with it; nothing is left running then
     */
    Revision load(PipelineSource source) throws Exception {
        String id = source.hash();
        CamelContext context = contexts.create("revision-" + id, source::file);
        try {
            RoutesLoader routes = PluginHelper.getRoutesLoader(context);
            routes.loadRoutes(source.routes().entrySet().stream()
                    .map(file -> ResourceHelper.fromString(file.getKey(), file.getValue()))
                    .toList());
            context.start();
            if (!context.isStarted()) {
                throw new IllegalStateException("Camel was told not to start contexts");
            }
            return new Revision(id, context);
        } catch (Exception e) {
            context.stop();
            throw e;
        }
    }
}
