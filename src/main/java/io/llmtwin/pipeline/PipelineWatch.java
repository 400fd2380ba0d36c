package io.llmtwin.pipeline;

import io.llmtwin.pipeline.PipelineFolder.Stamp;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Looks at the pipeline's folder for changes, and has the {@link Revisions} look at it once they have settled. It compares
 * sizes, times and identities of files rather than waiting for events of the file system, which a network's file system, a
 * container's mount or a swapped link don't all send.
 */
@Component
final class PipelineWatch implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineWatch.class);

    /** Files that have not changed for so long are taken to be whole. */
    private static final Duration SETTLING = Duration.ofMillis(60);

    private final PipelineLocation location;
    private final Revisions revisions;
    private final Duration interval;
    private volatile @Nullable Thread thread;

    PipelineWatch(PipelineLocation location, Revisions revisions, PipelineSettings settings) {
        this.location = location;
        this.revisions = revisions;
        this.interval = settings.watchInterval();
    }

    @Override
    public void start() {
        PipelineFolder folder = location.folder().orElse(null);
        if (folder == null || interval.isZero()) {
            return;
        }
        Thread watch = new Thread(() -> watch(folder), "pipeline-watch");
        watch.setDaemon(true);
        thread = watch;
        watch.start();
    }

    private void watch(PipelineFolder folder) {
        Map<String, Stamp> lookedAt = Map.of();
        Map<String, Stamp> before = Map.of();
        while (thread != null) {
            boolean settled = true;
            try {
                Map<String, Stamp> now = folder.stamps();
                settled = now.equals(before);
                before = now;
                if (settled && !now.equals(lookedAt)) {
                    revisions.lookAtLocation();
                    lookedAt = now;
                }
            } catch (IOException e) {
                LOG.debug("the pipeline in {} changes while it is looked at: {}", folder, e.toString());
            } catch (RuntimeException | StackOverflowError | LinkageError e) {
                LOG.error("the pipeline in {} could not be looked at; what serves goes on", folder, e);
                lookedAt = before;
            }
            LockSupport.parkNanos((settled || interval.compareTo(SETTLING) < 0 ? interval : SETTLING).toNanos());
        }
    }

    @Override
    public void stop() {
        Thread watch = thread;
        thread = null;
        if (watch != null) {
            LockSupport.unpark(watch);
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /** Once the embedded parts are up, which a candidate's answers need; gone before the revisions are. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
