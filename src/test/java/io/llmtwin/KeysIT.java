package io.llmtwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A service with a file of keys, over a corpus of two authors. */
// with keys there is JMX, where only one service at a time has its names
@DirtiesContext
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "MANAGEMENT_SERVER_PORT=0",
            "LLM_TWIN_CORPUS=src/test/resources/corpus",
            "CORS_ALLOWED_ORIGINS=https://twin.example"
        })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path KEYS = Path.of(RunningService.newHome(), "keys.yaml");
    private static final String ALL = """
            keys:
              - {name: all, key: key-of-all}
              - {name: client, key: key-of-client, roles: [client]}
              - {name: engineer, key: key-of-engineer, roles: [engineer]}
              - {name: ops, key: key-of-ops, roles: [ops]}
              - {name: ben, key: key-of-ben, roles: [engineer], authors: [Ben Sailor]}
              - {name: both, key: key-of-both, roles: [client], authors: [Ben Sailor, Zoe Miller]}
              - {name: slow, key: key-of-slow, roles: [client], requests_per_minute: 2}
              - {name: poor, key: key-of-poor, roles: [client], tokens_per_minute: 10}
              - {name: lab, key: key-of-lab, roles: [engineer], tokens_per_minute: 10}
            """;
    private static final String POWDER = "{\"query\":\"Where is the powder kept?\"}";

    private final RunningService service;

    KeysIT(@Value("${local.server.port}") int port, @Value("${local.management.port}") int managementPort) {
        this.service = new RunningService(port, managementPort);
    }

    @DynamicPropertySource
    static void keys(DynamicPropertyRegistry properties) throws IOException {
        Files.writeString(KEYS, ALL);
        properties.add("LLM_TWIN_HOME", RunningService::newHome);
        properties.add("LLM_TWIN_API_KEYS", KEYS::toString);
    }

    @BeforeAll
    void awaitCorpus() {
        service.awaitCorpus(60);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/traces, 401, application/problem+json",
        "POST, /api/v1/generate, 401, application/problem+json",
        "POST, /v1/chat/completions, 401, application/json",
        "GET, /openapi.yaml, 200, application/yaml",
        "GET, /, 200, text/html"
    })
    void request_withoutAKey_isA401UnlessItIsForAnybody(String method, String path, int status, String type)
            throws Exception {
        HttpResponse<String> response = service.send(method, path, "GET".equals(method) ? null : "{}");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith(type);
        assertThat(response.headers().firstValue("WWW-Authenticate").isPresent())
                .isEqualTo(status == 401);
    }

    @Test
    void request_withTheWrongRole_isA403InTheFormOfItsPath() throws Exception {
        HttpResponse<String> traces = send("client", "GET", "/api/v1/traces", null);
        assertThat(traces.statusCode()).isEqualTo(403);
        assertThat(JSON.readTree(traces.body()).get("detail").asText()).contains("engineer");
        HttpResponse<String> chat = send("ops", "GET", "/v1/models", null);
        assertThat(chat.statusCode()).isEqualTo(403);
        assertThat(JSON.readTree(chat.body()).at("/error/code").asText()).isEqualTo("insufficient_permissions");
        assertThat(send("client", "POST", "/api/v1/generate", POWDER).statusCode())
                .isEqualTo(200);
        assertThat(send("engineer", "GET", "/api/v1/traces", null).statusCode()).isEqualTo(200);
        assertThat(send("all", "GET", "/api/v1/traces", null).statusCode()).isEqualTo(200);
    }

    @Test
    void trace_ofARequest_namesTheKeyAndHoldsNone() throws Exception {
        String id = traceId(send("client", "POST", "/api/v1/generate", POWDER));
        String trace = send("all", "GET", "/api/v1/traces/" + id, null).body();
        assertThat(JSON.readTree(trace).get("caller").asText()).isEqualTo("client");
        assertThat(trace).doesNotContain("key-of-");
    }

    @Test
    void keyOfAnAuthor_searches_findsOnlyWhatTheyWrote() throws Exception {
        String query = "{\"query\":\"telescope or tide, by Ada Keeper\"}";
        assertThat(authors(send("all", "POST", "/api/v1/search", query))).contains("Ada Keeper");
        for (String key : List.of("ben", "both")) {
            assertThat(authors(send(key, "POST", "/api/v1/search", query)))
                    .isNotEmpty()
                    .containsOnly("Ben Sailor");
            assertThat(authors(send(key, "POST", "/api/v1/generate", query))).containsOnly("Ben Sailor");
            assertThat(authors(send(
                            key,
                            "POST",
                            "/v1/chat/completions",
                            "{\"model\":\"llm-twin\",\"messages\":[{\"role\":\"user\","
                                    + "\"content\":\"What did Ada Keeper write of a telescope?\"}]}")))
                    .containsOnly("Ben Sailor");
            HttpResponse<String> stream = send(
                    key,
                    "POST",
                    "/api/v1/generate",
                    "{\"stream\":true,\"query\":\"What did Ada Keeper write of a telescope?\"}");
            assertThat(stream.body()).contains("Ben Sailor").doesNotContain("Ada Keeper");
        }
    }

    @Test
    void keyOfAnAuthor_asksForAnother_isA403() throws Exception {
        for (String path : List.of("/api/v1/search", "/api/v1/generate")) {
            HttpResponse<String> other = send("ben", "POST", path, "{\"query\":\"tide\",\"author\":\"Ada Keeper\"}");
            assertThat(other.statusCode()).as(other.body()).isEqualTo(403);
            HttpResponse<String> own = send("ben", "POST", path, "{\"query\":\"tide\",\"author\":\"Ben Sailor\"}");
            assertThat(own.statusCode()).as(own.body()).isEqualTo(200);
        }
    }

    @Test
    void keyOfAnAuthor_stores_onlyTheirsAndReplacesNobodyElses() throws Exception {
        assertThat(send("ben", "POST", "/api/v1/documents", document("b-1", "Ada Keeper"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(send("ben", "POST", "/api/v1/documents", document("b-1", "Ben Sailor"))
                        .statusCode())
                .isEqualTo(202);
        assertThat(send("all", "POST", "/api/v1/documents", document("a-1", "Ada Keeper"))
                        .statusCode())
                .isEqualTo(202);
        HttpResponse<String> taken = send("ben", "POST", "/api/v1/documents", document("a-1", "Ben Sailor"));
        assertThat(taken.statusCode()).isEqualTo(400);
        assertThat(taken.body()).contains("another author").doesNotContain("Ada");
        assertThat(send("ben", "DELETE", "/api/v1/documents/a-1", null).statusCode())
                .isEqualTo(404);
        assertThat(send("ben", "DELETE", "/api/v1/documents/b-1", null).statusCode())
                .isEqualTo(204);
        assertThat(send("all", "DELETE", "/api/v1/documents/a-1", null).statusCode())
                .isEqualTo(204);
    }

    @Test
    void keyOfAnAuthor_traces_areItsOwn() throws Exception {
        String own = traceId(send("ben", "POST", "/api/v1/generate", POWDER));
        String other = traceId(send("all", "POST", "/api/v1/generate", POWDER));

        JsonNode listed =
                JSON.readTree(send("ben", "GET", "/api/v1/traces", null).body());
        assertThat(listed.get("traces").findValuesAsText("trace_id"))
                .contains(own)
                .doesNotContain(other);
        HttpResponse<String> lines = service.send(
                "GET", "/api/v1/traces", null, "Accept", "application/x-ndjson", "Authorization", "Bearer key-of-ben");
        assertThat(lines.body()).contains(own).doesNotContain(other);
        assertThat(send("ben", "GET", "/api/v1/traces/" + own, null).statusCode())
                .isEqualTo(200);
        assertThat(send("ben", "GET", "/api/v1/traces/" + other, null).statusCode())
                .isEqualTo(404);
        assertThat(send("ben", "DELETE", "/api/v1/traces/" + other, null).statusCode())
                .isEqualTo(404);
        assertThat(send("ben", "POST", "/api/v1/feedback", feedback(other)).statusCode())
                .isEqualTo(404);
        assertThat(send("ben", "POST", "/api/v1/feedback", feedback(own)).statusCode())
                .isEqualTo(204);
        assertThat(send("all", "GET", "/api/v1/traces/" + own, null).statusCode())
                .isEqualTo(200);
    }

    @Test
    void keyOfAnAuthor_whatIsAboutAll_isA403() throws Exception {
        assertThat(send("ben", "GET", "/api/v1/revisions", null).statusCode()).isEqualTo(403);
    }

    @Test
    void requests_overTheLimit_areA429ThatSaysWhen() throws Exception {
        HttpResponse<String> first = send("slow", "GET", "/v1/models", null);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("RateLimit-Limit")).hasValue("2");
        assertThat(first.headers().firstValue("RateLimit-Remaining")).hasValue("1");
        assertThat(first.headers().firstValue("X-RateLimit-Remaining-Requests")).hasValue("1");
        send("slow", "GET", "/v1/models", null);

        HttpResponse<String> third = send("slow", "POST", "/api/v1/search", POWDER);

        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(third.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 30L);
        assertThat(third.headers().firstValue("RateLimit-Remaining")).hasValue("0");
        assertThat(third.body()).contains("2 requests a minute");
        HttpResponse<String> openAi = send("slow", "GET", "/v1/models", null);
        assertThat(JSON.readTree(openAi.body()).at("/error/code").asText()).isEqualTo("rate_limit_exceeded");
    }

    @Test
    void tokens_overTheLimit_areA429AfterTheAnswerThatTookThem() throws Exception {
        assertThat(send("poor", "POST", "/api/v1/generate", POWDER).statusCode())
                .isEqualTo(200);
        HttpResponse<String> next = send("poor", "POST", "/api/v1/generate", POWDER);
        assertThat(next.statusCode()).isEqualTo(429);
        assertThat(next.body()).contains("10 tokens a minute");
    }

    @Test
    void tokens_ofAReplay_areTheKeysWhoAskedForIt() throws Exception {
        HttpResponse<String> answer = send("all", "POST", "/api/v1/generate", POWDER);
        String replay = JSON.createObjectNode()
                .put("revision", JSON.readTree(answer.body()).get("revision").asText())
                .set("trace_ids", JSON.createArrayNode().add(traceId(answer)))
                .toString();
        HttpResponse<String> first = send("lab", "POST", "/api/v1/replay", replay);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(JSON.readTree(first.body()).at("/results/0/status").asText())
                .as(first.body())
                .isEqualTo("ok");
        HttpResponse<String> next = send("lab", "POST", "/api/v1/replay", replay);
        assertThat(next.statusCode()).isEqualTo(429);
        assertThat(next.body()).contains("10 tokens a minute");
    }

    @Test
    void keyFile_changed_countsWithinSeconds() throws Exception {
        Files.writeString(KEYS, ALL + "  - {name: new, key: key-of-new}\n");
        await().until(() -> send("new", "GET", "/v1/models", null).statusCode() == 200);
        Files.writeString(KEYS, "keys: [");
        await().until(() ->
                "DEGRADED".equals(service.health().at("/components/keys/status").asText()));
        assertThat(send("new", "GET", "/v1/models", null).statusCode()).isEqualTo(200);
        Files.writeString(KEYS, ALL);
        await().until(() -> send("new", "GET", "/v1/models", null).statusCode() == 401);
        assertThat(service.health().at("/components/keys/status").asText()).isEqualTo("UP");
    }

    @ParameterizedTest
    @CsvSource({
        "/actuator/health, , 200",
        "/actuator/health/readiness, , 200",
        "/actuator/deadletters, , 401",
        "/actuator/deadletters, Bearer key-of-client, 403",
        "/actuator/deadletters, Bearer key-of-engineer, 403",
        "/actuator/deadletters, Bearer key-of-ops, 200",
        "/actuator/deadletters, Bearer key-of-all, 200",
        "/actuator/deadletters, Bearer nonsense, 401",
        "/actuator/deadletters, Basic nonsense, 401",
        "/actuator/DEADLETTERS, , 401",
        "/actuator//deadletters, , 401",
        "/actuator/health/..;/deadletters, , 401"
    })
    void managementPort_beyondHealthAndMetrics_asksForTheRoleOps(String path, String authorization, int status)
            throws Exception {
        assertThat(service.management(path, authorization).statusCode()).isIn(status, 400);
        if (!path.contains("..")) {
            assertThat(service.management(path, authorization).statusCode()).isEqualTo(status);
        }
    }

    @Test
    void managementPort_keyAsPassword_opens() throws Exception {
        String password = Base64.getEncoder().encodeToString("me:key-of-ops".getBytes(StandardCharsets.UTF_8));
        assertThat(service.management("/actuator/deadletters", "Basic " + password)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void otherOrigin_named_mayCallAndAnotherMayNot() throws Exception {
        HttpResponse<String> named = preflight("https://twin.example");
        assertThat(named.statusCode()).as(named.body()).isEqualTo(200);
        assertThat(named.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://twin.example");
        HttpResponse<String> another = preflight("https://evil.example");
        assertThat(another.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    }

    private HttpResponse<String> preflight(String origin) throws Exception {
        return service.send(
                "OPTIONS",
                "/api/v1/generate",
                null,
                "Origin",
                origin,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "authorization,content-type");
    }

    private HttpResponse<String> send(String key, String method, String path, String body) throws Exception {
        return service.send(
                method, path, body, "Content-Type", "application/json", "Authorization", "Bearer key-of-" + key);
    }

    private static List<String> authors(HttpResponse<String> found) throws IOException {
        assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
        return JSON.readTree(found.body()).get("sources").findValuesAsText("author");
    }

    private static String traceId(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue("X-Trace-Id").orElseThrow();
    }

    private static String feedback(String traceId) {
        return "{\"trace_id\":\"" + traceId + "\",\"score\":1}";
    }

    private static String document(String id, String author) {
        return JSON.createObjectNode()
                .put("id", id)
                .put("type", "post")
                .put("author", author)
                .put("content", "A heron called Otto.")
                .toString();
    }
}
