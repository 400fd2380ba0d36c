package io.llmtwin.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.llmtwin.llm.LlmCostSettings;
import io.llmtwin.llm.LlmServer;
import io.llmtwin.pipeline.RouteHarness;
import io.llmtwin.retrieval.Passage;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** The route {@code monitor} over a journal on disk. */
class MonitorRouteTest {
    private static final JournalSettings SETTINGS = new JournalSettings(DataSize.ofMegabytes(1), Duration.ofDays(30));

    private final ObjectMapper json = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(com.fasterxml.jackson.databind.SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    Path folder;

    @Test
    void request_thatFailed_leavesItsRecordWithoutPersonalData() throws Exception {
        try (Journal journal = Journal.open(folder, SETTINGS, Clock.systemUTC());
                RouteHarness routes = routes(journal, true)) {
            UUID id = UUID.randomUUID();
            Exchange exchange = routes.request(
                    "monitor", "a@example.com", Map.of("traceId", id.toString(), "query", "a@example.com?"));
            assertThat(exchange.getException()).isNull();
            JsonNode record = json.readTree(journal.find(id).orElseThrow().content());
            assertThat(record.get("query").asText()).isEqualTo("[e-mail]?");
            assertThat(record.get("status").asText()).isEqualTo("error");
            assertThat(meters.counter("llm.twin.requests", "status", "error").count())
                    .isEqualTo(1);
        }
    }

    @Test
    void request_withoutRedaction_isKeptAsItIs() throws Exception {
        try (Journal journal = Journal.open(folder, SETTINGS, Clock.systemUTC());
                RouteHarness routes = routes(journal, false)) {
            UUID id = UUID.randomUUID();
            routes.request("monitor", "", Map.of("traceId", id.toString(), "query", "a@example.com?"));
            assertThat(json.readTree(journal.find(id).orElseThrow().content())
                            .get("query")
                            .asText())
                    .isEqualTo("a@example.com?");
        }
    }

    @Test
    void request_whileTheDiskFails_goesOnAndIsCountedUntilTheDiskIsBack() throws Exception {
        Path disk = folder.resolve("journal");
        try (Journal journal = Journal.open(disk, SETTINGS, Clock.systemUTC());
                RouteHarness routes = routes(journal, true)) {
            Files.delete(disk);
            Files.writeString(disk, "a file where a folder should be");
            Exchange exchange = request(routes);
            assertThat(exchange.getException()).isNull();
            assertThat(journal.state().dropped()).isEqualTo(1);
            assertThat(journal.state().lastError()).contains("journal");
            Files.delete(disk);
            Files.createDirectory(disk);
            request(routes);
            assertThat(journal.state().dropped()).isEqualTo(1);
            assertThat(journal.state().appended()).isEqualTo(1);
            await().until(() -> journal.state().entries() == 1);
        }
    }

    @Test
    void requestWithSources_counts_themAndTheScoreOfTheBest() throws Exception {
        try (Journal journal = Journal.open(folder, SETTINGS, Clock.systemUTC());
                RouteHarness routes = routes(journal, false)) {
            for (boolean rag : List.of(true, false)) {
                routes.request(
                        "monitor",
                        "",
                        Map.of(
                                "traceId",
                                UUID.randomUUID().toString(),
                                "query",
                                "Why?",
                                "enableRag",
                                rag,
                                "enableMonitoring",
                                false,
                                "passages",
                                List.of(passage(0.5), passage(0.75))));
            }
            DistributionSummary sources =
                    meters.get("llm.twin.retrieval.sources").summary();
            assertThat(sources.count()).isEqualTo(1);
            assertThat(sources.totalAmount()).isEqualTo(2);
            assertThat(meters.get("llm.twin.retrieval.score").summary().totalAmount())
                    .isEqualTo(75);
        }
    }

    private static Passage passage(double score) {
        return new Passage("1", "x", "c", score, Map.of(), "text", null, null, null, null, null, null, null);
    }

    private static Exchange request(RouteHarness routes) {
        return routes.request("monitor", "", Map.of("traceId", UUID.randomUUID().toString(), "query", "Why?"));
    }

    private RouteHarness routes(Journal journal, boolean redact) throws Exception {
        LlmServer server = new LlmServer(List.of(URI.create("http://127.0.0.1:9/v1")), "llm-twin", null);
        PromptMonitor monitor = new PromptMonitor(server, new LlmCostSettings(0, 0, 0), new RequestMeter(meters), json);
        Properties settings = new Properties();
        settings.setProperty("llm-twin.monitoring.redact", Boolean.toString(redact));
        return new RouteHarness(
                List.of("monitor"),
                Map.of("promptMonitor", monitor, "traces", new Traces(journal, json)),
                List.of(
                        (context, files) -> context.getPropertiesComponent().setInitialProperties(settings),
                        new RedactionRules()));
    }
}
