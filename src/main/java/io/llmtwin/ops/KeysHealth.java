package io.llmtwin.ops;

import io.llmtwin.keys.KeyRing;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether the keys are those that their file has now. Shows how many there are, and nothing else of them. */
@Component("keysHealthIndicator")
final class KeysHealth implements HealthIndicator {
    private final KeyRing keys;

    KeysHealth(KeyRing keys) {
        this.keys = keys;
    }

    @Override
    public Health health() {
        String fault = keys.fault();
        Health.Builder health = fault == null ? Upstream.up() : Upstream.degraded(fault);
        return health.withDetail("keys", keys.size()).build();
    }
}
