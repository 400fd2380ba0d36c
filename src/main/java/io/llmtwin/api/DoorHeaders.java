package io.llmtwin.api;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.springframework.stereotype.Component;

/**
 * Which headers pass the door. Inwards only those that the API defines, so that no header or query parameter from
 * outside reaches a component that acts on it; outwards only those that the API documents.
 */
@Component
final class DoorHeaders implements HeaderFilterStrategy {
    private static final Set<String> OUT = Set.of(
            "content-type", "x-trace-id", "x-revision", "server-timing", "retry-after", "allow", "cache-control");

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return !AdmittedRequest.admits(name);
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return !OUT.contains(name.toLowerCase(Locale.ROOT));
    }
}
