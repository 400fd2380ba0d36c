package io.llmtwin.ops;

import io.llmtwin.pipeline.Revision;
import io.llmtwin.pipeline.Revisions;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Which revision of the pipeline serves, and why it is not the one in the folder, if it isn't. Without one the service is
 * not ready.
 */
@Component("pipelineHealthIndicator")
final class PipelineHealth implements HealthIndicator {
    private final Revisions revisions;

    PipelineHealth(Revisions revisions) {
        this.revisions = revisions;
    }

    @Override
    public Health health() {
        if (!revisions.isRunning()) {
            return Health.outOfService().build();
        }
        Revision active = revisions.active();
        Health.Builder health = Health.up().withDetail("revision", active.id()).withDetail("started", active.started());
        revisions.fault().ifPresent(rejection -> health.withDetail("rejected", rejection));
        return health.build();
    }
}
