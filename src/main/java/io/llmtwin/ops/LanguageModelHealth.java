package io.llmtwin.ops;

import io.llmtwin.llm.LlmServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether the language model's replicas list their models. One that does is enough. */
@Component("languageModelHealthIndicator")
final class LanguageModelHealth implements HealthIndicator {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final LlmServer server;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    LanguageModelHealth(LlmServer server) {
        this.server = server;
    }

    @Override
    public Health health() {
        Map<String, String> replicas = new LinkedHashMap<>();
        boolean anyUp = false;
        for (String replica : server.replicas()) {
            String fault = fault(replica);
            anyUp |= fault.isEmpty();
            replicas.put(replica, fault.isEmpty() ? "UP" : fault);
        }
        Health.Builder health = anyUp ? Upstream.up() : Upstream.degraded("no replica answers");
        return health.withDetail("model", server.model())
                .withDetail("replicas", replicas)
                .build();
    }

    private String fault(String replica) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(replica + "/models")).timeout(PATIENCE);
        String authorization = server.authorization();
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        try {
            int status = http.send(request.build(), BodyHandlers.discarding()).statusCode();
            return status == 200 ? "" : "status " + status;
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }
}
