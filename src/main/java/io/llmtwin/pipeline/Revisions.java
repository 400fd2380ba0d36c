package io.llmtwin.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.component.properties.PropertiesParser;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** The revisions that run, and the one that new requests go to. Up before the doors open, closed after them. */
@Component
public class Revisions implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Revisions.class);
    private static final Path CHECKOUT = Path.of("src", "main", "resources");

    /** Where the door enters a revision. */
    private static final List<String> ENTRIES = List.of("generate", "search");

    private final PipelineSettings settings;
    private final RevisionLoader loader;
    private volatile @Nullable Revision active;

    Revisions(
            PipelineSettings settings,
            ApplicationContext application,
            PropertiesParser placeholders,
            List<RevisionCustomizer> customizers) {
        this.settings = settings;
        this.loader = new RevisionLoader(application, placeholders, customizers, settings.deadline());
    }

    /**
     * The revision that serves.
     *
     * @throws IllegalStateException before the first is up, or after the last is gone
     */
    public Revision active() {
        Revision revision = active;
        if (revision == null) {
            throw new IllegalStateException("no revision of the pipeline is running");
        }
        return revision;
    }

    @Override
    public void start() {
        try {
            PipelineSource source = source();
            long begun = System.nanoTime();
            Revision revision = loader.load(source);
            requireEntries(revision);
            active = revision;
            LOG.info(
                    "pipeline revision {} of {} is up in {} ms",
                    revision.id(),
                    origin(),
                    (System.nanoTime() - begun) / 1_000_000);
        } catch (Exception e) {
            throw new IllegalStateException("the pipeline in " + origin() + " can't be started: " + e.getMessage(), e);
        }
    }

    @Override
    public void stop() {
        Revision revision = active;
        active = null;
        if (revision != null) {
            revision.close();
        }
    }

    @Override
    public boolean isRunning() {
        return active != null;
    }

    /** Before the main CamelContext and the web server, which start last and stop first. */
    @Override
    public int getPhase() {
        return 0;
    }

    private static void requireEntries(Revision revision) {
        for (String entry : ENTRIES) {
            if (!revision.has(entry)) {
                revision.close();
                throw new IllegalArgumentException("it has no route from direct:" + entry);
            }
        }
    }

    private PipelineSource source() throws IOException {
        Path folder = folder();
        return folder == null ? PipelineSource.onClasspath() : PipelineSource.in(folder);
    }

    private @Nullable Path folder() {
        if (settings.folder() != null) {
            return settings.folder();
        }
        return Files.isDirectory(CHECKOUT.resolve("routes").resolve("pipeline")) ? CHECKOUT : null;
    }

    private String origin() {
        Path folder = folder();
        return folder == null ? "the application" : folder.toString();
    }
}
