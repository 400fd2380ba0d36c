package io.llmtwin;

import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CLIENT;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_SERVER;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.LoopbackServer.Reply;
import io.llmtwin.LoopbackServer.Request;
import io.llmtwin.OtlpReceiver.Received;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The traces of a service all of whose upstreams are servers, as a receiver of OTLP gets them. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "MANAGEMENT_SERVER_PORT=0",
            "LLM_TWIN_CORPUS=src/test/resources/corpus",
            "EXPANSION_MODEL=expander",
            "EMBEDDING_MODEL_ID=embedder",
            "EXPAND_N_QUERY=2",
            "DELIVERY_INTERVAL=20ms",
            "OTEL_BSP_SCHEDULE_DELAY=50",
            "OTEL_SERVICE_NAME=a-twin",
            "OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=test",
            "OTEL_EXPORTER_OTLP_HEADERS=x-collector-key=a-secret",
            // off in Spring's tests unless told otherwise
            "management.prometheus.metrics.export.enabled=true"
        })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracingIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String QUESTION = "What do bees eat in winter?";

    private static final OtlpReceiver RECEIVER = new OtlpReceiver();
    private static final LlmStub LLM = new LlmStub();
    private static final LoopbackServer EXPANSION =
            server(request -> LoopbackServer.completion("<query>What is the food of bees?</query>"));
    private static final LoopbackServer EMBEDDING = server(TracingIT::embeddings);
    private static final LoopbackServer RERANK = server(TracingIT::scores);
    private static final LoopbackServer COMET =
            server(request -> new Reply(200, "{\"x\":{\"status\":200,\"content\":{\"link\":\"x\"}}}"));

    private final Random random = new Random();
    private final RunningService service;
    private final int port;

    TracingIT(@Value("${local.server.port}") int port, @Value("${local.management.port}") int managementPort) {
        this.port = port;
        this.service = new RunningService(port, managementPort);
    }

    @DynamicPropertySource
    static void addresses(DynamicPropertyRegistry properties) {
        properties.add("LLM_TWIN_HOME", RunningService::newHome);
        properties.add("LLM_URLS", LLM::baseUrl);
        properties.add("EXPANSION_URL", () -> EXPANSION.url("/v1"));
        properties.add("EMBEDDING_URL", () -> EMBEDDING.url("/v1"));
        properties.add("RERANK_URL", () -> RERANK.url("/rerank"));
        properties.add("COMET_URL_OVERRIDE", () -> COMET.url(""));
        properties.add("OTEL_EXPORTER_OTLP_ENDPOINT", RECEIVER::url);
    }

    @AfterAll
    static void stopServers() throws IOException {
        RECEIVER.close();
        LLM.close();
        List.of(EXPANSION, EMBEDDING, RERANK, COMET).forEach(LoopbackServer::close);
    }

    @BeforeAll
    void awaitCorpus() {
        service.awaitCorpus(60);
    }

    @BeforeEach
    void answerWell() {
        LLM.behave(call -> call.stream("Hon", "ey").done());
    }

    @Test
    void answer_always_isOneTraceThatGoesOnWithTheClients() throws Exception {
        Traceparent client = traceparent("01");
        HttpResponse<String> response = generate(client, QUESTION, "");
        assertThat(response.statusCode()).isEqualTo(200);

        Received server = ended(client);
        assertThat(server.kind()).isEqualTo(SPAN_KIND_SERVER);
        assertThat(server.parent()).isEqualTo(client.span());
        assertThat(server.name()).isEqualTo("POST /api/v1/generate");
        for (String step : List.of("expand", "retrieve", "rerank", "prompt", "llm")) {
            assertThat(the(client, step).parent()).as(step).isEqualTo(server.id());
        }
        assertThat(the(client, "neighbours").parent())
                .isEqualTo(the(client, "prompt").id());
        assertThat(RECEIVER.trace(client.trace()))
                .noneMatch(span -> span.hasFailed() && !"/tokenize".equals(span.at("url.path")));
        assertThat(server.resource())
                .containsEntry("service.name", "a-twin")
                .containsEntry("deployment.environment.name", "test");
        assertThat(RECEIVER.headers()).allSatisfy(headers -> assertThat(headers)
                .containsEntry("x-collector-key", "a-secret")
                .containsEntry("content-type", "application/x-protobuf"));
    }

    @Test
    void upstream_always_isCalledInASpanOfItsOwnThatItGoesOnWith() throws Exception {
        Traceparent client = traceparent("01");
        // a prompt whose tokens were counted before is not counted again
        String question = "What did the keeper write at " + random.nextInt() + "?";
        generate(client, question, "");
        ended(client);

        Received llm = called(client, "chat llm-twin", "llm");
        assertThat(LLM.calls().get(0).head()).contains("traceparent: " + client.with(llm));
        Received expansion = called(client, "chat expander", "expand");
        assertThat(traceparents(EXPANSION)).contains(client.with(expansion));
        Received embedding = called(client, "embeddings embedder", "retrieve");
        assertThat(traceparents(EMBEDDING)).contains(client.with(embedding));
        Received rerank = called(client, "POST", "rerank");
        assertThat(traceparents(RERANK)).contains(client.with(rerank));
        Received search = called(client, "qdrant.Points/QueryBatch", "retrieve");
        assertThat(search.at("db.system.name")).isEqualTo("qdrant");
        assertThat(search.at("db.collection.name").toString()).startsWith("vector_");
        assertThat(search.at("server.address")).isEqualTo("127.0.0.1");
        assertThat(RECEIVER.trace(client.trace()))
                .filteredOn(span -> "/tokenize".equals(span.at("url.path")))
                .allSatisfy(count -> assertThat(LLM.tokenizeHeads())
                        .anySatisfy(head -> assertThat(head).contains(client.with(count))));
    }

    @Test
    void languageModel_always_isDescribedByTheConventions() throws Exception {
        Traceparent client = traceparent("01");
        generate(client, QUESTION, ",\"temperature\":0.5,\"max_tokens\":50,\"conversation_id\":\"talk-1\"");
        ended(client);

        Received llm = the(client, "chat llm-twin");
        assertThat(llm.attributes())
                .containsEntry("gen_ai.operation.name", "chat")
                .containsEntry("gen_ai.provider.name", "openai")
                .containsEntry("gen_ai.system", "openai")
                .containsEntry("gen_ai.request.model", "llm-twin")
                .containsEntry("gen_ai.request.temperature", 0.5)
                .containsEntry("gen_ai.request.max_tokens", 50L)
                .containsEntry("gen_ai.response.model", "llm-twin")
                .containsEntry("gen_ai.response.finish_reasons", List.of("stop"))
                .containsEntry("gen_ai.usage.input_tokens", 7L)
                .containsEntry("gen_ai.usage.output_tokens", 3L)
                .containsEntry("gen_ai.conversation.id", "talk-1")
                .containsEntry("server.address", "127.0.0.1")
                .containsKey("server.port");
        assertThat((double) llm.at("gen_ai.server.time_to_first_token")).isBetween(0.0, 60.0);
        assertThat(the(client, "chat expander").attributes())
                .containsEntry("gen_ai.request.model", "expander")
                .containsEntry("gen_ai.response.model", "m")
                .containsEntry("gen_ai.usage.input_tokens", 1L)
                .containsEntry("gen_ai.response.finish_reasons", List.of("stop"));
    }

    @Test
    void spans_always_areWithoutText() throws Exception {
        Traceparent client = traceparent("01");
        generate(client, QUESTION, "");
        ended(client);

        assertThat(RECEIVER.trace(client.trace())).isNotEmpty().allSatisfy(received -> assertThat(
                        received.span().toString())
                .doesNotContain("bees")
                .doesNotContain("Hon")
                .doesNotContain("cluster"));
    }

    @Test
    void request_ofATrace_isLinkedWithItsRecord() throws Exception {
        Traceparent client = traceparent("01");
        HttpResponse<String> response = generate(client, QUESTION, "");
        String traceId = response.headers().firstValue("X-Trace-Id").orElseThrow();

        Received server = ended(client);
        assertThat(server.at("llm_twin.trace_id")).isEqualTo(traceId);
        assertThat(server.at("llm_twin.revision"))
                .isEqualTo(response.headers().firstValue("X-Revision").orElseThrow());
        assertThat(service.json("/api/v1/traces/" + traceId)
                        .get("otel_trace_id")
                        .asText())
                .isEqualTo(client.trace());
    }

    @Test
    void request_thatItsClientDoesNotSample_isNotRecordedButPassedOn() throws Exception {
        Traceparent unsampled = traceparent("00");
        HttpResponse<String> response = generate(unsampled, QUESTION, "");
        assertThat(LLM.calls().get(0).head())
                .containsPattern("traceparent: 00-" + unsampled.trace() + "-[0-9a-f]{16}-00");
        String traceId = response.headers().firstValue("X-Trace-Id").orElseThrow();
        assertThat(service.json("/api/v1/traces/" + traceId).has("otel_trace_id"))
                .isFalse();
        Traceparent after = traceparent("01");
        generate(after, QUESTION, "");
        ended(after);

        assertThat(RECEIVER.trace(unsampled.trace())).isEmpty();
    }

    @Test
    void languageModel_thatFails_leavesFailedSpansWithoutItsMessage() throws Exception {
        LLM.behave(call -> call.refuse(500, "{\"error\":\"the prompt was: bees\"}"));
        Traceparent client = traceparent("01");
        HttpResponse<String> response = generate(client, QUESTION, "");
        assertThat(response.statusCode()).isEqualTo(503);

        Received server = ended(client);
        assertThat(server.hasFailed()).isTrue();
        assertThat(server.at("http.response.status_code")).isEqualTo(503L);
        assertThat(server.at("error.type")).isEqualTo("io.llmtwin.llm.LlmUnavailableException");
        assertThat(RECEIVER.trace(client.trace()))
                .filteredOn(span -> span.name().equals("chat llm-twin"))
                .isNotEmpty()
                .anySatisfy(
                        span -> assertThat(span.at("error.type")).isEqualTo("io.llmtwin.llm.ReplicaFailedException"))
                .allMatch(Received::hasFailed)
                .noneMatch(span -> span.span().toString().contains("bees"));
    }

    @Test
    void client_thatHangsUp_leavesAWholeTrace() throws Exception {
        LLM.behave(call -> call.stream("Hon").isLeftWithin(ofSeconds(30)));
        int before = RECEIVER.spans().size();
        try (RawClient client = new RawClient(port)
                .post("/api/v1/generate", "{\"query\":\"bees\",\"enable_rag\":false,\"stream\":true}")) {
            client.readUntil("Hon");
        }
        await().atMost(ofSeconds(30)).until(() -> spansSince(before).stream()
                .anyMatch(span -> span.kind() == SPAN_KIND_SERVER && "client_gone".equals(span.at("error.type"))));
        Received server = spansSince(before).stream()
                .filter(span -> "client_gone".equals(span.at("error.type")) && span.kind() == SPAN_KIND_SERVER)
                .findFirst()
                .orElseThrow();
        await().atMost(ofSeconds(10)).untilAsserted(() -> assertThat(RECEIVER.trace(server.traceId()))
                .filteredOn(span -> List.of("llm", "chat llm-twin").contains(span.name()))
                .hasSize(2)
                .allSatisfy(span -> assertThat(span.at("error.type")).isNotNull()));
    }

    @Test
    void delivery_always_isATraceOfItsOwnThatGoesOnAtTheService() throws Exception {
        generate(traceparent("01"), QUESTION, "");
        await().atMost(ofSeconds(30)).until(() -> RECEIVER.spans().stream()
                .anyMatch(span -> span.name().equals("send-to-comet")));
        Received shipment = RECEIVER.spans().stream()
                .filter(span -> span.name().equals("send-to-comet"))
                .findFirst()
                .orElseThrow();

        assertThat(shipment.parent()).isEmpty();
        await().atMost(ofSeconds(10)).untilAsserted(() -> assertThat(RECEIVER.trace(shipment.traceId()))
                .filteredOn(span -> span.kind() == SPAN_KIND_CLIENT)
                .isNotEmpty()
                .allSatisfy(call -> {
                    assertThat(call.parent()).isEqualTo(shipment.id());
                    assertThat(call.at("http.response.status_code")).isEqualTo(200L);
                    assertThat(traceparents(COMET))
                            .anyMatch(header -> header.startsWith("00-" + shipment.traceId() + "-" + call.id()));
                }));
    }

    @Test
    void spans_whatBecameOfThem_isCounted() throws Exception {
        Traceparent client = traceparent("01");
        generate(client, QUESTION, "");
        ended(client);

        await().atMost(ofSeconds(10)).untilAsserted(() -> assertThat(service.metrics())
                .containsPattern("llm_twin_spans_total\\{outcome=\"exported\"\\} [1-9]")
                .contains("llm_twin_spans_total{outcome=\"failed\"} 0.0")
                .contains("llm_twin_spans_total{outcome=\"dropped\"} 0.0"));
    }

    @Test
    void work_ofNoRequest_isNotTraced() {
        assertThat(RECEIVER.spans())
                .filteredOn(span -> span.parent().isEmpty())
                .allMatch(span -> span.name().equals("send-to-comet") || span.kind() == SPAN_KIND_SERVER);
    }

    private HttpResponse<String> generate(Traceparent client, String query, String more)
            throws IOException, InterruptedException {
        return service.send(
                "POST",
                "/api/v1/generate",
                "{\"query\":\"" + query + "\"" + more + "}",
                "Content-Type",
                "application/json",
                "traceparent",
                client.header());
    }

    /** The span of the request itself, which is the last of its trace to end. */
    private static Received ended(Traceparent client) {
        await().atMost(ofSeconds(30))
                .until(() -> RECEIVER.trace(client.trace()).stream().anyMatch(span -> span.kind() == SPAN_KIND_SERVER));
        return RECEIVER.trace(client.trace()).stream()
                .filter(span -> span.kind() == SPAN_KIND_SERVER)
                .findFirst()
                .orElseThrow();
    }

    private static Received the(Traceparent client, String name) {
        return RECEIVER.trace(client.trace()).stream()
                .filter(span -> span.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name));
    }

    /** The first span of that name inside the step, which must be of a call. */
    private static Received called(Traceparent client, String name, String step) {
        Received call = RECEIVER.trace(client.trace()).stream()
                .filter(span -> span.name().equals(name)
                        && span.parent().equals(the(client, step).id()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " in " + step));
        assertThat(call.kind()).isEqualTo(SPAN_KIND_CLIENT);
        return call;
    }

    private static List<Received> spansSince(int before) {
        List<Received> all = List.copyOf(RECEIVER.spans());
        return all.subList(before, all.size());
    }

    private static List<String> traceparents(LoopbackServer server) {
        return server.requests().stream().map(Request::traceparent).toList();
    }

    private Traceparent traceparent(String flags) {
        byte[] trace = new byte[16];
        byte[] span = new byte[8];
        random.nextBytes(trace);
        random.nextBytes(span);
        return new Traceparent(HexFormat.of().formatHex(trace), HexFormat.of().formatHex(span), flags);
    }

    private record Traceparent(String trace, String span, String flags) {
        String header() {
            return "00-" + trace + "-" + span + "-" + flags;
        }

        /** What a call in {@code child} takes along. */
        String with(Received child) {
            return "00-" + trace + "-" + child.id() + "-" + flags;
        }
    }

    private static LoopbackServer server(LoopbackServer.Behaviour behaviour) {
        try {
            return new LoopbackServer(behaviour);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reply embeddings(Request request) {
        ObjectNode reply = JSON.createObjectNode().put("object", "list").put("model", "embedder");
        ArrayNode data = reply.putArray("data");
        for (JsonNode text : request.body().get("input")) {
            ObjectNode one = data.addObject().put("index", data.size() - 1);
            Random numbers = new Random(text.asText().hashCode());
            ArrayNode vector = one.putArray("embedding");
            for (int i = 0; i < 8; i++) {
                vector.add(numbers.nextFloat());
            }
        }
        reply.putObject("usage").put("prompt_tokens", 5).put("total_tokens", 5);
        return new Reply(200, reply.toString());
    }

    private static Reply scores(Request request) {
        ObjectNode reply = JSON.createObjectNode();
        ArrayNode results = reply.putArray("results");
        for (int i = 0; i < request.body().get("documents").size(); i++) {
            results.addObject().put("index", i).put("relevance_score", 1.0 / (i + 1));
        }
        return new Reply(200, reply.toString());
    }
}
