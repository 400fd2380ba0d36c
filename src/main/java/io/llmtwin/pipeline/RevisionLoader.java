package io.llmtwin.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;

/**
 * Starts revisions. Each has a CamelContext of its own over the application's beans and settings; its components are its
 * own too, set up by the same {@code ComponentCustomizer} beans as those of the main context.
 */
final class RevisionLoader {
    private static final Logger LOG = LoggerFactory.getLogger(RevisionLoader.class);

    /** Where the door enters a revision. */
    private static final List<String> ENTRIES = List.of("generate", "search", "feedback");

    private final ApplicationContext application;
    private final PropertiesParser placeholders;
    private final List<RevisionCustomizer> customizers;
    private final List<PipelineCheck> checks;
    private final Duration deadline;
    private final Executor closing;

    RevisionLoader(
            ApplicationContext application,
            PropertiesParser placeholders,
            List<RevisionCustomizer> customizers,
            List<PipelineCheck> checks,
            Duration deadline,
            Executor closing) {
        this.application = application;
        this.placeholders = placeholders;
        this.customizers = customizers;
        this.checks = checks;
        this.deadline = deadline;
        this.closing = closing;
    }

    /**
     * A started revision of {@code source}, which has been checked and can be entered where the door does.
     *
     * @throws RejectedPipelineException if something is wrong with it; nothing is left running then
     */
    Revision start(PipelineSource source) throws RejectedPipelineException {
        List<PipelineProblem> problems = checks.stream()
                .flatMap(check -> check.check(source.files()).stream())
                .toList();
        if (!problems.isEmpty()) {
            throw new RejectedPipelineException(problems);
        }
        Revision revision;
        try {
            revision = load(source);
        } catch (Exception e) {
            LOG.debug("the pipeline {} doesn't start", source.hash(), e);
            throw new RejectedPipelineException(PipelineProblem.of(null, String.valueOf(e.getMessage())));
        }
        for (String entry : ENTRIES) {
            if (!revision.has(entry)) {
                revision.retire();
                throw new RejectedPipelineException(
                        PipelineProblem.of(null, "no route begins at direct:" + entry + ", where requests come in"));
            }
        }
        return revision;
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
            context.setSourceLocationEnabled(true);
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
            return new Revision(id, context, closing);
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
