package io.llmtwin.ops;

import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;

/**
 * The health of something the service can do without for a while: {@code UP}, or {@code DEGRADED} with the last error.
 * Neither takes the service out of rotation.
 */
final class Upstream {
    static final Status DEGRADED = new Status("DEGRADED");

    private Upstream() {}

    static Health.Builder up() {
        return Health.up();
    }

    static Health.Builder degraded(String error) {
        return Health.status(DEGRADED).withDetail("error", error);
    }
}
