package io.llmtwin.ops;

import io.llmtwin.retrieval.BoundedServer;
import io.llmtwin.retrieval.BoundedServers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * How the servers fare that questions can do without: those that expand them, embed them and rerank what they find. Shows
 * what requests saw of them, since a call of its own would cost tokens.
 */
@Component("upstreamsHealthIndicator")
final class UpstreamsHealth implements HealthIndicator {
    private final BoundedServers servers;
    private final CallLog calls;

    UpstreamsHealth(BoundedServers servers, CallLog calls) {
        this.servers = servers;
        this.calls = calls;
    }

    @Override
    public Health health() {
        Map<String, Object> all = new LinkedHashMap<>();
        List<String> unwell = new ArrayList<>();
        for (BoundedServer server : servers.all()) {
            LastCalls last = calls.of(server.breaker());
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("address", server.address());
            details.putAll(last.details());
            all.put(server.name(), details);
            if (!last.isWell()) {
                unwell.add(server.name());
            }
        }
        Health.Builder health =
                unwell.isEmpty() ? Upstream.up() : Upstream.degraded("failing: " + String.join(", ", unwell));
        return health.withDetails(all).build();
    }
}
