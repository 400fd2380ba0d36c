package io.llmtwin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The service with a language model of its own somewhere else, which misbehaves, and a Qdrant that is not there. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "MANAGEMENT_SERVER_PORT=0",
            "LLM_TWIN_CORPUS=none",
            "QDRANT_DATABASE_HOST=127.0.0.1",
            "QDRANT_GRPC_PORT=1",
            "LLM_API_KEY=sk-very-secret",
            "REQUEST_DEADLINE=3s",
            "EXPAND_N_QUERY=1",
            "MAX_CONCURRENT_REQUESTS=40"
        })
class UpstreamsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PLACES = 40;
    private static final String COMPLETION = """
            {"id":"x","model":"llm-twin","unknown":{},"choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},
             "finish_reason":"%s"}],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}
            """;

    private static final HttpServer LLM = startLlm();
    private static final BlockingQueue<String> REQUESTS = new LinkedBlockingQueue<>();
    private static final BlockingQueue<String> AUTHORIZATIONS = new LinkedBlockingQueue<>();
    private static final AtomicInteger IN_FLIGHT = new AtomicInteger();
    private static volatile Behaviour behaviour;

    private final RunningService service;
    private final CircuitBreaker breaker;
    private final MeterRegistry meters;
    private final CircuitBreakerRegistry replicaBreakers;

    UpstreamsIT(
            @Value("${local.server.port}") int port,
            @Value("${local.management.port}") int managementPort,
            @Autowired @Qualifier("storeBreaker") CircuitBreaker breaker,
            @Autowired MeterRegistry meters,
            @Autowired CircuitBreakerRegistry replicaBreakers) {
        this.service = new RunningService(port, managementPort);
        this.breaker = breaker;
        this.meters = meters;
        this.replicaBreakers = replicaBreakers;
    }

    @DynamicPropertySource
    static void addresses(DynamicPropertyRegistry properties) {
        properties.add("LLM_TWIN_HOME", RunningService::newHome);
        properties.add("LLM_URLS", () -> "http://127.0.0.1:" + LLM.getAddress().getPort() + "/v1/");
    }

    @AfterAll
    static void stopLlm() {
        LLM.stop(0);
    }

    @BeforeEach
    void answerWell() {
        behaviour = exchange -> reply(exchange, 200, COMPLETION.formatted("stop"));
        replicaBreakers.getAllCircuitBreakers().forEach(CircuitBreaker::reset);
        REQUESTS.clear();
        AUTHORIZATIONS.clear();
    }

    @Test
    void qdrantDown_question_isAnsweredWithoutSourcesAndSaysSo() throws Exception {
        JsonNode answer = service.answer("Anyone there?");
        assertThat(answer.get("answer").asText()).isEqualTo("Hello.");
        assertThat(answer.get("sources")).isEmpty();
        assertThat(answer.get("warnings").get(0).asText()).isEqualTo("retrieval_unavailable");
        assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(9);
        assertThat(service.health().at("/components/vectorStore/status").asText())
                .isEqualTo("DEGRADED");
        assertThat(service.health().get("status").asText()).isEqualTo("DEGRADED");
    }

    @Test
    void qdrantDown_documents_get503AndAreSaidNotToBeStored() throws Exception {
        HttpResponse<String> response = service.send(
                "POST",
                "/api/v1/documents",
                "{\"id\":\"a\",\"type\":\"post\",\"author\":\"Ada\",\"content\":\"text\"}");
        assertUnavailable(response);
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.get("detail").asText()).startsWith("the vector store failed to look for vector_posts");
        assertThat(problem.at("/documents/0/id").asText()).isEqualTo("a");
        assertThat(problem.at("/documents/0/status").asText()).isEqualTo("not_stored");
        assertUnavailable(service.send("DELETE", "/api/v1/documents/a", null));
    }

    @Test
    void qdrantDown_afterTwoQuestions_isLeftOutByTheBreakerAndShown() throws Exception {
        for (int i = 0; i < 3; i++) {
            assertThat(service.answer("Anyone there?").get("warnings").toString())
                    .contains("retrieval_unavailable");
        }
        assertThat(breaker.getState()).isNotEqualTo(CircuitBreaker.State.CLOSED);
        assertThat(service.health()
                        .at("/components/vectorStore/details/circuit_breaker")
                        .asText())
                .isIn("open", "half_open");
        assertThat(meters.get("resilience4j.circuitbreaker.state")
                        .tag("name", "qdrant")
                        .tag("state", "closed")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void request_always_namesTheModelAndBringsTheKey() throws Exception {
        service.generate("{\"query\":\"hello\",\"max_tokens\":5,\"temperature\":0.25}");
        JsonNode request = JSON.readTree(REQUESTS.take());
        assertThat(request.get("model").asText()).isEqualTo("llm-twin");
        assertThat(request.get("max_tokens").asInt()).isEqualTo(5);
        assertThat(request.get("temperature").asDouble()).isEqualTo(0.25);
        assertThat(request.at("/messages/0/role").asText()).isEqualTo("user");
        assertThat(request.at("/messages/0/content").asText()).contains("<question>hello</question>");
        assertThat(AUTHORIZATIONS.take()).isEqualTo("Bearer sk-very-secret");
        assertThat(service.health().toString()).doesNotContain("very-secret");
    }

    @Test
    void completion_cutByItsLength_saysSo() throws Exception {
        behaviour = exchange -> reply(exchange, 200, COMPLETION.formatted("length"));
        assertThat(service.answer("hello").get("warnings").toString()).contains("answer_truncated");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not JSON",
                "{}",
                "{\"choices\":[]}",
                "[]",
                "null",
                "{\"choices\":[{}]}",
                "{\"error\":\"Unauthorized\"}"
            })
    void llmAnswersNonsense_question_gets503(String body) throws Exception {
        behaviour = exchange -> reply(exchange, 200, body);
        assertUnavailable(service.generate("{\"query\":\"hello\"}"));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 429, 500, 502})
    void llmRefuses_question_gets503AndTheRecordSaysError(int status) throws Exception {
        behaviour = exchange -> reply(exchange, status, "{\"error\":{\"message\":\"no\"}}");
        HttpResponse<String> response = service.generate("{\"query\":\"hello\"}");
        assertUnavailable(response);
        JsonNode trace = service.json(
                "/api/v1/traces/" + response.headers().firstValue("X-Trace-Id").orElseThrow());
        assertThat(trace.get("status").asText()).isEqualTo("error");
        assertThat(trace.get("error").asText()).isEqualTo("LlmUnavailableException");
        assertThat(trace.get("prompt").asText()).contains("hello");
        assertThat(trace.get("steps"))
                .filteredOn(step -> step.has("error"))
                .extracting(step -> step.get("name").asText())
                .containsExactly("retrieve", "llm");
    }

    @Test
    void llmFails_health_showsItsLastErrorAndThatItIsLeftOut() throws Exception {
        assertThat(service.generate("{\"query\":\"hello\"}").statusCode()).isEqualTo(200);
        JsonNode well = service.health().at("/components/languageModel");
        assertThat(well.get("status").asText()).isEqualTo("UP");
        assertThat(well.at("/details/replicas").iterator().next().has("last_success"))
                .isTrue();
        Counter failures = meters.get("llm.twin.step.errors").tag("step", "llm").counter();
        double before = failures.count();
        behaviour = exchange -> reply(exchange, 500, "{\"error\":{\"message\":\"sk-very-secret\"}}");
        await().until(
                        () -> {
                            service.generate("{\"query\":\"hello\",\"enable_rag\":false}");
                            return service.health()
                                    .at("/components/languageModel/status")
                                    .asText();
                        },
                        "DEGRADED"::equals);
        JsonNode replica = service.health()
                .at("/components/languageModel/details/replicas")
                .iterator()
                .next();
        assertThat(replica.get("circuit_breaker").asText()).isEqualTo("open");
        assertThat(replica.get("last_error").asText()).contains("500").doesNotContain("secret");
        assertThat(failures.count()).isGreaterThan(before);
    }

    @Test
    void llmHeaders_never_reachTheClient() throws Exception {
        behaviour = exchange -> {
            exchange.getResponseHeaders().set("Cache-Control", "public");
            exchange.getResponseHeaders().set("Retry-After", "99");
            exchange.getResponseHeaders().set("X-Trace-Id", "from-upstream");
            reply(exchange, 200, COMPLETION.formatted("stop"));
        };
        HttpResponse<String> response = service.generate("{\"query\":\"hello\"}");
        assertThat(response.headers().allValues("X-Trace-Id")).hasSize(1).doesNotContain("from-upstream");
        assertThat(response.headers().firstValue("Retry-After")).isEmpty();
        assertThat(response.headers().allValues("Cache-Control")).doesNotContain("public");
    }

    @Test
    void llmAsksToWait_question_isNotHeldThatLong() throws Exception {
        behaviour = exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "30");
            reply(exchange, 503, "{}");
        };
        assertUnavailable(service.generate("{\"query\":\"hello\",\"enable_rag\":false}"));
        assertThat(REQUESTS).hasSize(1);
    }

    @Test
    void llmHangsUp_question_gets503() throws Exception {
        behaviour = HttpExchange::close;
        assertUnavailable(service.generate("{\"query\":\"hello\"}"));
    }

    @Test
    void llmIsSlow_question_gets504AtTheDeadline() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        behaviour = exchange -> {
            awaitLatch(release);
            exchange.close();
        };
        assertThat(service.generate("{\"query\":\"hello\"}").statusCode()).isEqualTo(504);
        release.countDown();
    }

    @Test
    void allPlacesTaken_nextRequest_gets503AtOnceWhileTheOthersRunSideBySide() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        behaviour = exchange -> {
            IN_FLIGHT.incrementAndGet();
            awaitLatch(release);
            reply(exchange, 200, COMPLETION.formatted("stop"));
        };
        ExecutorService clients = Executors.newFixedThreadPool(PLACES);
        List<Future<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            answers.add(clients.submit(() -> service.generate("{\"query\":\"hello\",\"enable_rag\":false}")));
        }
        await().atMost(20, SECONDS).until(() -> IN_FLIGHT.get() == PLACES);
        HttpResponse<String> refused = service.generate("{\"query\":\"hello\"}");
        assertThat(meters.get("llm.twin.api.active").gauge().value()).isEqualTo(PLACES);
        assertThat(meters.get("llm.twin.api.limit").gauge().value()).isEqualTo(PLACES);
        assertThat(meters.get("llm.twin.api.refused").functionCounter().count()).isEqualTo(1);
        release.countDown();
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        assertThat(refused.body()).contains("urn:llm-twin:problem:service-unavailable");
        for (Future<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(20, SECONDS).statusCode()).isEqualTo(200);
        }
        clients.shutdown();
        assertThat(service.generate("{\"query\":\"hello\"}").statusCode()).isEqualTo(200);
    }

    private static void assertUnavailable(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertThat(response.body()).doesNotContain("Exception").doesNotContain("127.0.0.1");
    }

    private interface Behaviour {
        void answer(HttpExchange exchange) throws IOException;
    }

    private static HttpServer startLlm() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newCachedThreadPool(runnable -> {
                Thread thread = new Thread(runnable, "llm");
                thread.setDaemon(true);
                return thread;
            }));
            server.createContext("/v1/models", exchange -> reply(exchange, 200, "{\"data\":[]}"));
            server.createContext("/v1/chat/completions", exchange -> {
                REQUESTS.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                AUTHORIZATIONS.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
                behaviour.answer(exchange);
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.getBytes(UTF_8).length);
        exchange.getResponseBody().write(body.getBytes(UTF_8));
        exchange.close();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await(20, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
