package io.llmtwin.pipeline;

import java.util.List;
import java.util.concurrent.Executor;
import org.apache.camel.CamelContext;
import org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader;
import org.apache.camel.impl.engine.DefaultRoutesLoader;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts revisions, each in a CamelContext of its own. */
final class RevisionLoader {
    private static final Logger LOG = LoggerFactory.getLogger(RevisionLoader.class);

    private final RevisionContexts contexts;
    private final List<PipelineCheck> checks;
    private final StartFailures failures;
    private final Executor closing;

    /**
     * A loader.
     *
     * @param closing runs what ends a revision
     */
    RevisionLoader(RevisionContexts contexts, List<PipelineCheck> checks, StartFailures failures, Executor closing) {
        this.contexts = contexts;
        this.checks = checks;
        this.failures = failures;
        this.closing = closing;
    }

    /**
     * Looks for what is wrong with {@code source} before it is started.
     *
     * @throws RejectedPipelineException if anything is
     */
    void check(PipelineSource source) throws RejectedPipelineException {
        List<PipelineProblem> problems = checks.stream()
                .flatMap(check -> check.check(source.files()).stream())
                .toList();
        if (!problems.isEmpty()) {
            throw new RejectedPipelineException(problems);
        }
    }

    /**
     * A started revision of {@code source}.
     *
     * @throws RejectedPipelineException if it can't be started; nothing is left running then
     */
    Revision start(PipelineSource source) throws RejectedPipelineException {
        try {
            return load(source);
        } catch (Exception e) {
            LOG.debug("the pipeline {} doesn't start", source.hash(), e);
            throw new RejectedPipelineException(failures.of(e, source.files()));
        }
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
            readOnce(context);
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(source.routes().entrySet().stream()
                            .map(file -> ResourceHelper.fromString(file.getKey(), file.getValue()))
                            .toList());
            context.start();
            if (!context.isStarted()) {
                throw new IllegalStateException("Camel was told not to start contexts");
            }
            return new Revision(id, context, closing);
        } catch (Exception | Error e) {
            context.stop();
            throw e;
        }
    }

    /** Camel reads a file twice, first for beans in it, which a pipeline doesn't have. */
    private static void readOnce(CamelContext context) {
        YamlRoutesBuilderLoader yaml = new YamlRoutesBuilderLoader() {
            @Override
            public void preParseRoute(Resource resource) {}
        };
        yaml.setCamelContext(context);
        ServiceHelper.startService(yaml);
        context.getRegistry()
                .bind(DefaultRoutesLoader.ROUTES_LOADER_KEY_PREFIX + PipelineSource.ROUTES_EXTENSION, yaml);
    }
}
