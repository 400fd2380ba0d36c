package io.llmtwin.ops;

import io.llmtwin.ingest.CorpusSync;
import io.llmtwin.ingest.SyncProgress;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** How far the store follows the corpus. */
@Component("corpusHealthIndicator")
final class CorpusHealth implements HealthIndicator {
    private final ObjectProvider<CorpusSync> sync;

    CorpusHealth(ObjectProvider<CorpusSync> sync) {
        this.sync = sync;
    }

    @Override
    public Health health() {
        CorpusSync corpus = sync.getIfAvailable();
        if (corpus == null) {
            return Health.up().withDetail("state", "none").build();
        }
        SyncProgress progress = corpus.progress();
        Health.Builder health = progress.failure() == null ? Upstream.up() : Upstream.degraded(progress.failure());
        health.withDetail("state", progress.state())
                .withDetail("documents", progress.documents())
                .withDetail("total", progress.total())
                .withDetail("chunks_embedded", progress.chunks())
                .withDetail("chunks_per_second", Math.round(progress.rate()))
                .withDetail("unchanged", progress.unchanged())
                .withDetail("removed", progress.removed())
                .withDetail("skipped", progress.skippedCount());
        if (progress.remaining() != null) {
            health.withDetail("seconds_left", progress.remaining().toSeconds());
        }
        return health.build();
    }
}
