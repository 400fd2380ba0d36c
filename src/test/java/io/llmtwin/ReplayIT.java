package io.llmtwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Recorded requests that are asked again of a draft. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "MANAGEMENT_SERVER_PORT=0",
            "LLM_TWIN_CORPUS=none",
            "EXPAND_N_QUERY=1",
            "REQUEST_DEADLINE=20s",
            "PIPELINE_WATCH_INTERVAL=0s",
            // off in Spring's tests unless told otherwise
            "management.prometheus.metrics.export.enabled=true"
        })
class ReplayIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final LlmStub LLM = new LlmStub();
    private static final String SOURCE = "The tortoise overtakes Achilles in Elea.";

    private final RunningService service;
    private final int port;

    ReplayIT(@Value("${local.server.port}") int port, @Value("${local.management.port}") int managementPort) {
        this.service = new RunningService(port, managementPort);
        this.port = port;
    }

    @DynamicPropertySource
    static void parts(DynamicPropertyRegistry properties) {
        properties.add("LLM_TWIN_HOME", RunningService::newHome);
        properties.add("LLM_URLS", LLM::baseUrl);
    }

    @BeforeEach
    void answerEverything() throws Exception {
        LLM.behave(call -> call.stream("Hello").done());
        service.store(Map.of("id", "elea", "type", "article", "author", "Zeno", "content", SOURCE));
    }

    @AfterAll
    static void stop() throws IOException {
        LLM.close();
    }

    @Test
    void replay_ofADraft_showsOldAndNewAsADiff() throws Exception {
        String traceId =
                ask(question("who overtakes Achilles").put("max_tokens", 33).put("temperature", 0.25));
        String draft = service.draft(Map.of(
                "prompts/answer.mustache",
                "Brief: {{#variables.sources}}{{content}}{{/variables.sources}} {{variables.query}}"));
        LLM.behave(call -> call.stream("Goodbye").done());

        JsonNode replay = replayed(byIds(draft, traceId));

        JsonNode result = replay.at("/results/0");
        assertThat(result.get("status").asText()).as(replay.toString()).isEqualTo("ok");
        assertThat(result.at("/old/answer").asText()).isEqualTo("Hello!");
        assertThat(result.at("/new/answer").asText()).isEqualTo("Goodbye!");
        assertThat(result.at("/new/revision").asText()).isEqualTo(draft);
        assertThat(result.at("/old/revision").asText()).isNotEqualTo(draft);
        assertThat(edits(result.at("/diff/answer"))).isEqualTo("-Hello+Goodbye=!");
        assertThat(result.at("/new/sources"))
                .isEqualTo(result.at("/old/sources"))
                .hasSize(1);
        assertThat(result.at("/new/prompt").asText()).startsWith("Brief: ").contains(SOURCE);
        assertThat(result.at("/new/usage/total_tokens").asInt()).isEqualTo(10);
        assertThat(result.at("/new/timings/total").asDouble()).isPositive();
        assertThat(replay.at("/summary/changed").asInt()).isEqualTo(1);
        assertThat(replay.at("/summary/latency/new").asDouble()).isPositive();
        JsonNode asked = LLM.calls().get(0).request();
        assertThat(asked.get("max_tokens").asInt()).isEqualTo(33);
        assertThat(asked.get("temperature").asDouble()).isEqualTo(0.25);
    }

    @Test
    void replay_ofTheRevisionThatAnswered_changesNothing() throws Exception {
        String traceId = ask(question("who overtakes Achilles"));

        JsonNode replay = replayed(byIds(service.active(), traceId));

        assertThat(edits(replay.at("/results/0/diff/prompt"))).startsWith("=").doesNotContain("\n+", "\n-");
        assertThat(replay.at("/results/0/diff/prompt")).hasSize(1);
        assertThat(replay.at("/summary/changed").asInt()).isZero();
    }

    @Test
    void replay_afterTheSourceIsGone_hasItByTheRecordOnly() throws Exception {
        String traceId = ask(question("who overtakes Achilles"));
        service.send("DELETE", "/api/v1/documents/elea", null);

        JsonNode recorded = replayed(byIds(service.active(), traceId));
        JsonNode fresh = replayed(byIds(service.active(), traceId).put("retrieval", "fresh"));

        assertThat(recorded.at("/results/0/new/prompt").asText()).contains(SOURCE);
        assertThat(fresh.at("/results/0/new/prompt").asText()).doesNotContain(SOURCE);
        assertThat(fresh.at("/results/0/new/sources")).isEmpty();
    }

    @Test
    void replay_ofAConversation_asksWithTheSameTurnsAndSampling() throws Exception {
        service.send(
                "POST",
                "/v1/chat/completions",
                JSON.writeValueAsString(Map.of(
                        "model",
                        "llm-twin-no-rag",
                        "seed",
                        7,
                        "stop",
                        List.of("END"),
                        "messages",
                        List.of(
                                Map.of("role", "system", "content", "Be kind."),
                                Map.of("role", "user", "content", "Who is Zeno?"),
                                Map.of("role", "assistant", "content", "An Eleatic."),
                                Map.of("role", "user", "content", "And his teacher?")))));
        JsonNode before = LLM.calls().get(0).request();

        JsonNode replay = replayed(last(service.active(), 1));

        assertThat(replay.at("/results/0/status").asText())
                .as(replay.toString())
                .isEqualTo("ok");
        assertThat(LLM.calls().get(1).request()).isEqualTo(before);
    }

    @Test
    void replay_ofWhatCantBeAskedAgain_isSkippedAndSaysWhy() throws Exception {
        String silent = ask(question("unwatched").put("enable_monitoring", false));
        LLM.behave(call -> call.refuse(500, "{}"));
        service.generate(question("refused").toString());
        String refused = newest();
        LLM.behave(call -> call.stream("Hello").done());
        String unknown = "00000000-0000-7000-8000-000000000000";

        JsonNode replay = replayed(byIds(service.active(), silent, refused, unknown));

        assertThat(replay.at("/results").findValuesAsText("status")).containsExactly("skipped", "skipped", "skipped");
        assertThat(replay.at("/results/0/reason").asText()).contains("enable_monitoring");
        assertThat(replay.at("/results/1/reason").asText()).contains("error");
        assertThat(replay.at("/results/2/reason").asText()).contains("no such trace");
        assertThat(replay.at("/summary/skipped").asInt()).isEqualTo(3);
        assertThat(LLM.calls()).isEmpty();
    }

    @Test
    void replay_whoseModelFails_saysSoOfThatRequestAlone() throws Exception {
        String one = ask(question("first"));
        String two = ask(question("second"));
        LLM.behave(call -> {
            if (call.contents().toString().contains("second")) {
                call.refuse(400, "{\"error\":{\"code\":\"context_length_exceeded\"}}");
            } else {
                call.stream("Hello").done();
            }
        });

        JsonNode replay = replayed(byIds(service.active(), one, two));

        assertThat(replay.at("/results").findValuesAsText("status")).containsExactly("ok", "failed");
        assertThat(replay.at("/results/1/reason").asText()).isNotBlank();
        assertThat(replay.at("/results/1/old/answer").asText()).isEqualTo("Hello!");
        assertThat(replay.at("/summary/ok").asInt()).isEqualTo(1);
        assertThat(replay.at("/summary/failed").asInt()).isEqualTo(1);
    }

    @Test
    void replay_beyondTheDeadline_failsAndIsOver() throws Exception {
        String traceId = ask(question("slow"));
        CountDownLatch over = new CountDownLatch(1);
        LLM.behave(call -> {
            call.stream("Hel");
            over.await();
        });

        JsonNode replay = replayed(byIds(service.active(), traceId));

        over.countDown();
        assertThat(replay.at("/results/0/status").asText()).isEqualTo("failed");
        assertThat(replay.at("/results/0/reason").asText()).contains("deadline");
    }

    @Test
    void replay_ofAHundred_tellsOfItsProgressAndLeavesNothingBehind() throws Exception {
        for (int i = 0; i < 100; i++) {
            ask(question("question " + i).put("enable_rag", false));
        }
        String draft = service.draft(Map.of("prompts/answer.mustache", "Draft: {{variables.query}}"));
        service.send("PUT", "/api/v1/experiment", experiment(service.active(), draft));
        AtomicInteger atATime = new AtomicInteger();
        AtomicInteger mostAtATime = new AtomicInteger();
        LLM.behave(call -> {
            mostAtATime.accumulateAndGet(atATime.incrementAndGet(), Math::max);
            call.stream("Draft", " ").token("answer");
            atATime.decrementAndGet();
            call.done();
        });
        List<String> metrics = metrics();
        JsonNode traces = traces();
        JsonNode arms = service.json("/api/v1/experiment").get("arms");
        assertThat(metrics).anyMatch(line -> line.startsWith("llm_twin_requests_total"));

        List<String[]> events = events(service.send(
                        "POST",
                        "/api/v1/replay",
                        last(draft, 100).put("stream", true).toString())
                .body());

        assertThat(events).filteredOn(event -> event[0].equals("result")).hasSize(100);
        List<Integer> done = new ArrayList<>();
        for (String[] event : events) {
            if (event[0].equals("progress")) {
                assertThat(JSON.readTree(event[1]).get("total").asInt()).isEqualTo(100);
                done.add(JSON.readTree(event[1]).get("done").asInt());
            }
        }
        assertThat(done).isSorted().startsWith(0).endsWith(100).doesNotHaveDuplicates();
        assertThat(events.get(events.size() - 1)[0]).isEqualTo("done");
        JsonNode end = JSON.readTree(events.get(events.size() - 1)[1]);
        assertThat(end.at("/summary/ok").asInt()).isEqualTo(100);
        assertThat(end.has("results")).isFalse();
        assertThat(mostAtATime.get()).isBetween(1, 2);
        assertThat(metrics()).isEqualTo(metrics);
        assertThat(traces()).isEqualTo(traces);
        assertThat(service.json("/api/v1/experiment").get("arms")).isEqualTo(arms);
        service.send("DELETE", "/api/v1/experiment", null);
    }

    @Test
    void replay_whoseClientHangsUp_endsAndFreesTheModel() throws Exception {
        for (int i = 0; i < 6; i++) {
            ask(question("question " + i).put("enable_rag", false));
        }
        LLM.behave(call -> {
            call.stream("Hel");
            assertThat(call.isLeftWithin(Duration.ofSeconds(4))).isTrue();
        });
        for (boolean stream : new boolean[] {true, false}) {
            LLM.calls().clear();
            try (RawClient client = new RawClient(port)) {
                client.post(
                        "/api/v1/replay",
                        last(service.active(), 6).put("stream", stream).toString());
                await().until(() -> LLM.calls().size() == 2);
            }
            await().atMost(Duration.ofSeconds(4)).until(() -> requestsIn(service.active()) == 0);
            assertThat(LLM.calls()).as("stream " + stream).hasSize(2);
        }
    }

    @Test
    void replay_whileItRuns_keepsNobodyWaiting() throws Exception {
        for (int i = 0; i < 4; i++) {
            ask(question("question " + i).put("enable_rag", false));
        }
        Semaphore held = new Semaphore(0);
        LLM.behave(call -> {
            if (call.contents().toString().contains("live")) {
                call.stream("Live").done();
            } else {
                held.acquire();
                call.stream("Replayed").done();
            }
        });
        String active = service.active();
        CompletableFuture<JsonNode> replay = CompletableFuture.supplyAsync(() -> unchecked(last(active, 4)));
        await().until(() -> LLM.calls().size() == 2);

        for (int i = 0; i < 5; i++) {
            HttpResponse<String> answer = service.generate(
                    question("live " + i).put("enable_rag", false).toString());
            assertThat(JSON.readTree(answer.body()).get("answer").asText()).isEqualTo("Live!");
        }

        assertThat(replay).isNotDone();
        held.release(4);
        assertThat(replay.get().at("/summary/ok").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"revision\":\"R\"}",
                "{\"revision\":\"R\",\"last\":0}",
                "{\"revision\":\"R\",\"last\":101}",
                "{\"revision\":\"R\",\"last\":1.5}",
                "{\"revision\":\"R\",\"last\":\"all\"}",
                "{\"revision\":\"R\",\"trace_ids\":[]}",
                "{\"revision\":\"R\",\"trace_ids\":[\"none\"]}",
                "{\"revision\":\"R\",\"trace_ids\":\"00000000-0000-7000-8000-000000000000\"}",
                "{\"revision\":\"R\",\"last\":1,\"trace_ids\":[\"00000000-0000-7000-8000-000000000000\"]}",
                "{\"revision\":\"R\",\"last\":1,\"retrieval\":\"stale\"}",
                "{\"revision\":\"R\",\"last\":1,\"stream\":\"yes\"}",
                "{\"revision\":\"R\",\"last\":1,\"speed\":2}",
                "{\"revision\":\"000000000000\",\"last\":1,\"stream\":true}",
                "{\"revision\":\"\",\"last\":1}",
                "{\"revision\":7,\"last\":1}",
                "[1]",
                "{\"revision\":\"R\",\"last\":1"
            })
    void replay_ofWrongInput_isRefused(String body) throws Exception {
        HttpResponse<String> response =
                service.send("POST", "/api/v1/replay", body.replace("\"R\"", "\"" + service.active() + "\""));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(JSON.readTree(response.body()).get("detail").asText()).isNotBlank();
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    private static ObjectNode question(String query) {
        return JSON.createObjectNode().put("query", query);
    }

    /** Asks, and returns the trace's id. */
    private String ask(ObjectNode question) throws Exception {
        HttpResponse<String> response = service.generate(question.toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body()).get("trace_id").asText();
    }

    private static ObjectNode byIds(String revision, String... traceIds) {
        ObjectNode request = JSON.createObjectNode().put("revision", revision);
        request.set("trace_ids", JSON.valueToTree(traceIds));
        return request;
    }

    private static ObjectNode last(String revision, int count) {
        return JSON.createObjectNode().put("revision", revision).put("last", count);
    }

    private JsonNode replayed(ObjectNode request) throws Exception {
        LLM.calls().removeIf(call -> !request.has("last"));
        HttpResponse<String> response = service.send("POST", "/api/v1/replay", request.toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private JsonNode unchecked(ObjectNode request) {
        try {
            return replayed(request);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String edits(JsonNode edits) {
        StringBuilder text = new StringBuilder();
        for (JsonNode edit : edits) {
            String op = edit.get("op").asText();
            text.append(op.equals("equal") ? '=' : op.equals("insert") ? '+' : '-')
                    .append(edit.get("text").asText());
        }
        return text.toString();
    }

    private static List<String[]> events(String body) {
        List<String[]> events = new ArrayList<>();
        for (String block : body.split("\n\n")) {
            if (block.startsWith("event: ")) {
                events.add(block.substring(7).split("\ndata: "));
            }
        }
        return events;
    }

    private static String experiment(String one, String other) throws IOException {
        return JSON.writeValueAsString(
                Map.of("arms", List.of(Map.of("revision", one, "weight", 1), Map.of("revision", other, "weight", 1))));
    }

    private int requestsIn(String revision) throws Exception {
        return service.json("/api/v1/revisions/" + revision).get("requests").asInt();
    }

    private String newest() throws Exception {
        return traces().at("/0/trace_id").asText();
    }

    private JsonNode traces() throws Exception {
        return service.json("/api/v1/traces?limit=200").get("traces");
    }

    /** What is counted of requests, and what waits to be delivered. */
    private List<String> metrics() throws Exception {
        return service.metrics()
                .lines()
                .filter(line -> line.startsWith("llm_twin_") && !line.contains("replica"))
                .filter(line -> line.contains("requests")
                        || line.contains("step")
                        || line.contains("tokens")
                        || line.contains("warnings")
                        || line.contains("cost")
                        || line.contains("journal"))
                .filter(line -> !line.contains("_max") && !line.contains("_age_"))
                .sorted()
                .collect(Collectors.toList());
    }
}
