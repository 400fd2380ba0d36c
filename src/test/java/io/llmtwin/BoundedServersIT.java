package io.llmtwin;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.util.concurrent.Uninterruptibles;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.llmtwin.LoopbackServer.Reply;
import io.llmtwin.LoopbackServer.Request;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The service with servers that expand, embed and rerank, each of which fails and comes back. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "MANAGEMENT_SERVER_PORT=0",
            "LLM_TWIN_CORPUS=none",
            "EXPANSION_API_KEY=sk-very-secret",
            "EMBEDDING_API_KEY=sk-very-secret",
            "RERANK_API_KEY=sk-very-secret",
            "REQUEST_DEADLINE=12s",
            "RERANK_TIMEOUT=3s"
        })
class BoundedServersIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final LoopbackServer LLM = start(request -> LoopbackServer.completion("Hello."));
    private static final Map<String, LoopbackServer> SERVERS = Map.of(
            "expansion", start(BoundedServersIT::answer),
            "embedding", start(BoundedServersIT::answer),
            "rerank", start(BoundedServersIT::answer));

    private final RunningService service;
    private final CircuitBreakerRegistry breakers;
    private final MeterRegistry meters;

    BoundedServersIT(
            @Value("${local.server.port}") int port,
            @Value("${local.management.port}") int managementPort,
            @Autowired CircuitBreakerRegistry breakers,
            @Autowired MeterRegistry meters) {
        this.service = new RunningService(port, managementPort);
        this.breakers = breakers;
        this.meters = meters;
    }

    @DynamicPropertySource
    static void addresses(DynamicPropertyRegistry properties) {
        properties.add("LLM_TWIN_HOME", RunningService::newHome);
        properties.add("LLM_URLS", () -> LLM.url("/v1"));
        properties.add("EXPANSION_URL", () -> SERVERS.get("expansion").url("/v1"));
        properties.add("EMBEDDING_URL", () -> SERVERS.get("embedding").url("/v1"));
        properties.add("RERANK_URL", () -> SERVERS.get("rerank").url("/rerank"));
    }

    @AfterAll
    static void stop() {
        LLM.close();
        SERVERS.values().forEach(LoopbackServer::close);
    }

    @BeforeEach
    void allIsWell() throws Exception {
        SERVERS.values().forEach(server -> server.behave(BoundedServersIT::answer));
        breakers.getAllCircuitBreakers().forEach(CircuitBreaker::reset);
        service.store(Map.of("id", "bees", "type", "post", "author", "Ada", "content", "Bees eat honey in winter."));
    }

    @Test
    void serversThatAnswer_health_isUpAndSaysWhereTheyAre() throws Exception {
        assertThat(service.answer("What do bees eat?").get("warnings")).isEmpty();
        JsonNode upstreams = service.health().at("/components/upstreams");
        assertThat(upstreams.get("status").asText()).isEqualTo("UP");
        SERVERS.forEach((name, server) -> {
            JsonNode details = upstreams.at("/details/" + name);
            assertThat(server.url("").toString())
                    .isSubstringOf(details.get("address").asText());
            assertThat(details.get("circuit_breaker").asText()).isEqualTo("closed");
            assertThat(Instant.parse(details.get("last_success").asText())).isBefore(Instant.now());
        });
    }

    @ParameterizedTest
    @CsvSource({"embedding, retrieval_unavailable", "rerank, rerank_unavailable"})
    void serverThatFails_question_isAnsweredWithoutItUntilItIsBack(String name, String warning) throws Exception {
        Instant failed = failsAndIsLeftOut(name, warning);
        SERVERS.get(name).behave(BoundedServersIT::answer);
        await().atMost(ofSeconds(30)).until(() -> !warnings().contains(warning));
        JsonNode back = service.health().at("/components/upstreams");
        assertThat(back.get("status").asText()).isEqualTo("UP");
        assertThat(Instant.parse(back.at("/details/" + name + "/last_success").asText()))
                .isAfter(failed);
        assertThat(calls(name, "successful")).isPositive();
    }

    @Test
    void expansionModelThatFails_question_isSearchedAlone() throws Exception {
        failsAndIsLeftOut("expansion", "expansion_unavailable");
    }

    @ParameterizedTest
    @CsvSource({
        "expansion, expansion_unavailable, 2000",
        "embedding, retrieval_unavailable, 2000",
        "rerank, rerank_unavailable, 3000"
    })
    void serverThatHangs_question_isAnsweredWithoutItInTime(String name, String warning, int milliseconds)
            throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        SERVERS.get(name).behave(request -> {
            Uninterruptibles.awaitUninterruptibly(end);
            return answer(request);
        });
        JsonNode answer = service.answer("What do bees eat?");
        end.countDown();
        assertThat(answer.get("warnings").toString()).contains(warning);
        assertThat(answer.at("/timings/total").asDouble()).isGreaterThan(milliseconds);
        assertThat(service.health()
                        .at("/components/upstreams/details/" + name + "/last_error")
                        .asText())
                .isEqualTo("no answer within " + milliseconds + " ms");
    }

    @Test
    void embeddingServerIsLeftOutOfQuestions_documents_areEmbeddedAllTheSame() throws Exception {
        breakers.circuitBreaker("embedding").transitionToForcedOpenState();
        assertThat(warnings()).contains("retrieval_unavailable");
        int before = SERVERS.get("embedding").requests().size();
        service.store(Map.of("id", "wasps", "type", "post", "author", "Ada", "content", "Wasps eat fruit in autumn."));
        assertThat(SERVERS.get("embedding").requests()).hasSizeGreaterThan(before);
    }

    @Test
    void rerankServerThatRefusesOneRequest_isShownAndAskedOn() throws Exception {
        LoopbackServer rerank = SERVERS.get("rerank");
        rerank.behave(request -> new Reply(413, "{}"));
        for (int i = 0; i < 3; i++) {
            int before = rerank.requests().size();
            assertThat(warnings()).contains("rerank_unavailable");
            assertThat(rerank.requests()).hasSizeGreaterThan(before);
        }
        JsonNode details = service.health().at("/components/upstreams/details/rerank");
        assertThat(details.get("circuit_breaker").asText()).isEqualTo("closed");
        assertThat(details.get("last_error").asText()).isEqualTo("status 413");
    }

    /** When the server named {@code name} last failed, of which questions now know without asking it. */
    private Instant failsAndIsLeftOut(String name, String warning) throws Exception {
        LoopbackServer server = SERVERS.get(name);
        server.behave(request -> new Reply(500, "{\"error\":\"the key sk-very-secret is fine\"}"));
        assertThat(warnings()).contains(warning);
        JsonNode health = service.health();
        assertThat(health.get("status").asText()).isEqualTo("DEGRADED");
        JsonNode upstreams = health.at("/components/upstreams");
        assertThat(upstreams.get("status").asText()).isEqualTo("DEGRADED");
        assertThat(upstreams.at("/details/error").asText()).isEqualTo("failing: " + name);
        assertThat(upstreams.at("/details/" + name + "/last_error").asText()).isEqualTo("status 500");
        assertThat(health.toString()).doesNotContain("secret");

        await().atMost(ofSeconds(30)).until(() -> {
            int before = server.requests().size();
            assertThat(warnings()).contains(warning);
            return server.requests().size() == before;
        });
        assertThat(calls(name, "failed")).isPositive();
        assertThat(meters.get("resilience4j.circuitbreaker.not.permitted.calls")
                        .tag("name", name)
                        .counter()
                        .count())
                .isPositive();
        for (String probe : List.of("liveness", "readiness")) {
            assertThat(service.management("/actuator/health/" + probe).statusCode())
                    .isEqualTo(200);
        }
        return Instant.parse(service.health()
                .at("/components/upstreams/details/" + name + "/last_error_time")
                .asText());
    }

    private String warnings() throws Exception {
        return service.answer("What do bees eat?").get("warnings").toString();
    }

    private double calls(String name, String kind) {
        return meters.get("resilience4j.circuitbreaker.calls")
                .tag("name", name)
                .tag("kind", kind)
                .timer()
                .count();
    }

    /** As a server of the kind that the path tells would. */
    private static Reply answer(Request request) {
        ObjectNode answer = JSON.createObjectNode();
        if (request.path().endsWith("/chat/completions")) {
            return LoopbackServer.completion("<query>the food of bees</query>");
        } else if (request.path().endsWith("/embeddings")) {
            ArrayNode data = answer.put("model", "m").putArray("data");
            for (int i = 0; i < request.body().get("input").size(); i++) {
                data.addObject().put("index", i).putArray("embedding").add(1).add(i);
            }
        } else {
            ArrayNode results = answer.putArray("results");
            for (int i = 0; i < request.body().get("documents").size(); i++) {
                results.addObject().put("index", i).put("relevance_score", 0.5);
            }
        }
        return new Reply(200, answer.toString());
    }

    private static LoopbackServer start(LoopbackServer.Behaviour behaviour) {
        try {
            return new LoopbackServer(behaviour);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
