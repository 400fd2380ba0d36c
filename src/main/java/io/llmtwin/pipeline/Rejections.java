package io.llmtwin.pipeline;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pipelines that were rejected of late. Thread-safe. */
final class Rejections {
    private static final Logger LOG = LoggerFactory.getLogger(Rejections.class);
    private static final int MOST = 20;

    private final Deque<Rejection> newestFirst = new ArrayDeque<>();
    private @Nullable Rejection ofLocation;

    /** Takes down that the pipeline {@code id} is rejected, and says so in the log. */
    synchronized Rejection add(@Nullable String id, RevisionOrigin origin, RejectedPipelineException reason) {
        Rejection rejection = new Rejection(id, origin, Instant.now(), reason.problems());
        newestFirst.addFirst(rejection);
        if (newestFirst.size() > MOST) {
            newestFirst.removeLast();
        }
        LOG.warn("the pipeline {} is rejected:\n{}", id == null ? "" : id, reason.getMessage());
        return rejection;
    }

    /** What the pipeline's location holds now can't serve, for {@code rejection}; it can where that is null. */
    synchronized void ofLocation(@Nullable Rejection rejection) {
        ofLocation = rejection;
    }

    /** Why what the pipeline's location holds now doesn't serve; null where it does, or could. */
    synchronized @Nullable Rejection ofLocation() {
        return ofLocation;
    }

    synchronized List<Rejection> all() {
        return List.copyOf(newestFirst);
    }
}
