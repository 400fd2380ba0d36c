package io.llmtwin.pipeline;

import java.time.Duration;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.component.properties.PropertiesParser;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultResourceLoader;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.ResourceLoader;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.spring.spi.ApplicationContextBeanRepository;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.springframework.context.ApplicationContext;

/**
 * Starts revisions. Each has a CamelContext of its own over the application's beans and settings; its components are its
 * own too, set up by the same {@code ComponentCustomizer} beans as those of the main context.
 */
final class RevisionLoader {
    private final ApplicationContext application;
    private final PropertiesParser placeholders;
    private final List<RevisionCustomizer> customizers;
    private final Duration deadline;

    RevisionLoader(
            ApplicationContext application,
            PropertiesParser placeholders,
            List<RevisionCustomizer> customizers,
            Duration deadline) {
        this.application = application;
        this.placeholders = placeholders;
        this.customizers = customizers;
        this.deadline = deadline;
    }

    /**
     * A started revision of {@code source}.
     *
     * @throws Exception whatever Camel finds wrong with it; nothing is left running then
     */
    Revision load(PipelineSource source) throws Exception {
        String id = source.hash();
        DefaultCamelContext context = new DefaultCamelContext(false);
        try {
            context.getCamelContextExtension().setName("revision-" + id);
            context.getCamelContextExtension()
                    .setRegistry(new DefaultRegistry(new ApplicationContextBeanRepository(application)));
            PropertiesComponent properties = new PropertiesComponent();
            properties.setPropertiesParser(placeholders);
            properties.addInitialProperty("request.deadline.ms", Long.toString(deadline.toMillis()));
            context.setPropertiesComponent(properties);
            context.build();
            serveFilesOf(source, context);
            customizers.forEach(customizer -> customizer.customize(context, source::file));
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

    /** Makes {@code prompts/…} in a route mean this revision's file, whatever lies on disk by then. */
    private static void serveFilesOf(PipelineSource source, CamelContext context) {
        DefaultResourceLoader loader = new DefaultResourceLoader(context) {
            @Override
            public Resource resolveResource(String uri) {
                String content = source.file(uri);
                return content == null ? super.resolveResource(uri) : ResourceHelper.fromString(uri, content);
            }
        };
        context.getCamelContextExtension().addContextPlugin(ResourceLoader.class, loader);
    }
}
