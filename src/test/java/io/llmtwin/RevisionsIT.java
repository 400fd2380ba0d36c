package io.llmtwin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.util.FileSystemUtils;

/** The prompt engineer's loop over a folder that is edited while the service answers. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "MANAGEMENT_SERVER_PORT=0",
            "LLM_TWIN_CORPUS=none",
            "EXPAND_N_QUERY=1",
            "RERANK=none",
            "PIPELINE_WATCH_INTERVAL=20ms"
        })
class RevisionsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path FOLDER = PipelineCopy.inTarget();
    private static final LlmStub LLM = new LlmStub();
    private static final String ANSWER = "prompts/answer.mustache";

    private final RunningService service;

    RevisionsIT(@Value("${local.server.port}") int port, @Value("${local.management.port}") int managementPort) {
        this.service = new RunningService(port, managementPort);
    }

    @DynamicPropertySource
    static void parts(DynamicPropertyRegistry properties) {
        properties.add("LLM_TWIN_HOME", RunningService::newHome);
        properties.add("LLM_TWIN_PIPELINE", FOLDER::toString);
        properties.add("LLM_URLS", LLM::baseUrl);
    }

    @BeforeEach
    void restore() throws Exception {
        LLM.behave(call -> call.stream("Hello", ".").done());
        service.send("DELETE", "/api/v1/experiment", null);
        write(
                "prompts/answer.mustache",
                Files.readString(PipelineCopy.ORIGINAL.resolve(ANSWER)) + "\n" + System.nanoTime());
        copyRoutes();
        String before = service.active();
        await().until(() ->
                !service.active().equals(before) && service.pipelineFault().isMissingNode());
    }

    @AfterAll
    static void stop() throws IOException {
        LLM.close();
    }

    @Test
    void edit_good_servesSoonAndIsShown() throws Exception {
        String before = service.active();
        write(ANSWER, "Say {{variables.query}}");
        await().until(() -> !service.active().equals(before));
        assertThat(ask("what is new").get("revision").asText()).isEqualTo(service.active());
        assertThat(lastPrompt()).isEqualTo("Say what is new");
        assertThat(revisions().get("previous").asText()).isEqualTo(before);
        assertThat(service.health().at("/components/pipeline/details/revision").asText())
                .isEqualTo(service.active());
    }

    @ParameterizedTest
    @CsvSource({
        "routes/pipeline/llm.camel.yaml, steps:, stepz:",
        "routes/pipeline/llm.camel.yaml, ref: llmMessages, ref: llmMesages",
        "routes/pipeline/generate.camel.yaml, uri: direct:llm, uri: direct:lml",
        "routes/pipeline/generate.camel.yaml, uri: direct:generate, uri: nowhere:generate",
        "routes/pipeline/retrieve.camel.yaml, ref: hybridSearch, ref: fusion",
        "prompts/answer.mustache, {{/variables.sources}}, {{/variables.source}}",
    })
    void edit_broken_isRejectedWithFileAndReason_whileTheOldOneServes(String file, String part, String broken)
            throws Exception {
        String before = service.active();
        write(file, Files.readString(FOLDER.resolve(file)).replaceFirst(java.util.regex.Pattern.quote(part), broken));
        await().until(() -> !service.pipelineFault().isMissingNode());
        JsonNode rejected = revisions().at("/rejected/0");
        assertThat(rejected.at("/problems/0/reason").asText()).isNotBlank();
        assertThat(rejected.at("/problems/0/file").asText()).isEqualTo(file);
        assertThat(service.active()).isEqualTo(before);
        assertThat(ask("still there").get("revision").asText()).isEqualTo(before);
        assertThat(service.health().at("/components/pipeline/status").asText()).isEqualTo("UP");
    }

    @Test
    void edit_endlessLoop_isRejectedAndNamesTheStep() throws Exception {
        String before = service.active();
        write("routes/pipeline/extra.camel.yaml", """
                - route:
                    id: extra
                    from:
                      id: extra-question
                      uri: direct:extra
                      steps:
                        - loop:
                            id: extra-for-ever
                            doWhile: true
                            simple: ${variable.query} != null
                            steps:
                              - setVariable:
                                  id: extra-again
                                  name: again
                                  constant: again
                """);
        write(
                "routes/pipeline/generate.camel.yaml",
                Files.readString(FOLDER.resolve("routes/pipeline/generate.camel.yaml"))
                        .replaceFirst("uri: direct:prompt", "uri: direct:extra"));
        await().until(() -> !service.pipelineFault().isMissingNode());
        assertThat(service.pipelineFault().toString()).contains("without an end", "extra-for-ever", "extra.camel.yaml");
        assertThat(service.active()).isEqualTo(before);
    }

    @Test
    void edit_backToWhatServes_clearsTheFault() throws Exception {
        String good = Files.readString(FOLDER.resolve(ANSWER));
        write(ANSWER, "{{#open}}");
        await().until(() -> !service.pipelineFault().isMissingNode());
        write(ANSWER, good);
        await().until(() -> service.pipelineFault().isMissingNode());
    }

    @Test
    void stream_underWayAtAnEdit_endsOnTheRevisionItBeganOn() throws Exception {
        CountDownLatch edited = new CountDownLatch(1);
        LLM.behave(call -> {
            call.stream("one ");
            edited.await();
            call.token("two").done();
        });
        String before = service.active();
        CompletableFuture<JsonNode> answer = CompletableFuture.supplyAsync(() -> askUnchecked("slow"));
        await().until(() -> !LLM.calls().isEmpty());
        LLM.behave(call -> call.stream("Hello", ".").done());
        write(ANSWER, "Say {{variables.query}} now");
        await().until(() -> !service.active().equals(before));
        assertThat(revision(before).get("requests").asInt()).isEqualTo(1);
        edited.countDown();
        assertThat(answer.get().get("answer").asText()).isEqualTo("one two!");
        assertThat(answer.get().get("revision").asText()).isEqualTo(before);
    }

    @Test
    void draft_servesOnlyWhoAsksForIt() throws Exception {
        String draft = service.draft(Map.of(ANSWER, "Draft: {{variables.query}}"));
        assertThat(ask("anyone").get("revision").asText())
                .isEqualTo(service.active())
                .isNotEqualTo(draft);
        HttpResponse<String> response = service.send(
                "POST", "/api/v1/generate", question("me"), "Content-Type", "application/json", "X-Revision", draft);
        assertThat(JSON.readTree(response.body()).get("revision").asText()).isEqualTo(draft);
        assertThat(response.headers().firstValue("X-Revision")).contains(draft);
        assertThat(lastPrompt()).isEqualTo("Draft: me");
    }

    @Test
    void draft_broken_gets422WithProblems() throws Exception {
        HttpResponse<String> response = service.send(
                "POST", "/api/v1/revisions", files(Map.of("routes/pipeline/llm.camel.yaml", "- route: [")));
        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(JSON.readTree(response.body()).at("/problems/0/reason").asText())
                .isNotBlank();
    }

    @Test
    void draft_ofAForeignFile_isRefused() throws Exception {
        for (String path : new String[] {"../../etc/passwd", "routes/api/rest.camel.yaml", "prompts/../x.mustache"}) {
            assertThat(service.send("POST", "/api/v1/revisions", files(Map.of(path, "x")))
                            .statusCode())
                    .as(path)
                    .isEqualTo(422);
        }
    }

    @Test
    void draft_activated_servesAndCanBeRolledBack() throws Exception {
        String before = service.active();
        String draft = service.draft(Map.of(ANSWER, "Activated: {{variables.query}}"));
        assertThat(service.send("POST", "/api/v1/revisions/" + draft + "/activate", null)
                        .statusCode())
                .isEqualTo(200);
        assertThat(ask("now").get("revision").asText()).isEqualTo(draft);
        assertThat(service.send("DELETE", "/api/v1/revisions/" + draft, null).statusCode())
                .isEqualTo(409);
        service.send("POST", "/api/v1/revisions/" + before + "/activate", null);
        assertThat(ask("back").get("revision").asText()).isEqualTo(before);
        assertThat(service.send("DELETE", "/api/v1/revisions/" + draft, null).statusCode())
                .isEqualTo(204);
    }

    @Test
    void revision_unknown_isSaidToBe() throws Exception {
        assertThat(service.send("GET", "/api/v1/revisions/000000000000", null).statusCode())
                .isEqualTo(404);
        assertThat(service.send("POST", "/api/v1/revisions/000000000000/activate", null)
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> response = service.send(
                "POST",
                "/api/v1/generate",
                question("x"),
                "Content-Type",
                "application/json",
                "X-Revision",
                "000000000000");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("000000000000");
    }

    @Test
    void probe_leavesNoTraceAndNoMetric() throws Exception {
        JsonNode traces = service.json("/api/v1/traces?limit=200").get("traces");
        for (JsonNode trace : traces) {
            assertThat(trace.path("query").asText()).doesNotContain("What happens if reranking fails?");
        }
    }

    @Test
    void experiment_splitsConversationsAndKeepsEachOnItsArm() throws Exception {
        String one = service.active();
        String other = service.draft(Map.of(ANSWER, "Other: {{variables.query}}"));
        HttpResponse<String> begun = service.send("PUT", "/api/v1/experiment", experiment(one, 3, other, 1));
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
        Map<String, Set<String>> arms = new HashMap<>();
        for (int round = 0; round < 2; round++) {
            for (int conversation = 0; conversation < 40; conversation++) {
                String name = "conversation-" + conversation;
                JsonNode answer = JSON.readTree(service.generate(JSON.createObjectNode()
                                .put("query", "hello")
                                .put("enable_rag", false)
                                .put("conversation_id", name)
                                .toString())
                        .body());
                arms.computeIfAbsent(name, unused -> new HashSet<>())
                        .add(answer.get("revision").asText());
            }
        }
        assertThat(arms.values()).allMatch(seen -> seen.size() == 1);
        long onOther =
                arms.values().stream().filter(seen -> seen.contains(other)).count();
        assertThat(onOther).isBetween(3L, 20L);
        JsonNode results = service.json("/api/v1/experiment");
        assertThat(requests(results)).isEqualTo(80);
        assertThat(results.at("/arms/1/requests").asLong()).isEqualTo(2 * onOther);
        assertThat(results.at("/arms/1/latency/p95").asDouble()).isPositive();
        JsonNode trace = service.json("/api/v1/traces?limit=1").at("/traces/0");
        assertThat(trace.at("/experiment/arm").asText())
                .isEqualTo(trace.get("revision").asText());
        service.send(
                "POST",
                "/api/v1/feedback",
                JSON.createObjectNode()
                        .put("trace_id", trace.get("trace_id").asText())
                        .put("score", 1)
                        .toString());
        results = service.json("/api/v1/experiment");
        int arm = results.at("/arms/0/revision")
                        .asText()
                        .equals(trace.get("revision").asText())
                ? 0
                : 1;
        assertThat(results.at("/arms/" + arm + "/feedback/count").asInt()).isEqualTo(1);
        assertThat(results.at("/arms/" + arm + "/feedback/low").asDouble()).isBetween(0.2, 0.21);
        assertThat(service.send("DELETE", "/api/v1/experiment", null).statusCode())
                .isEqualTo(204);
        assertThat(service.json("/api/v1/experiment").has("ended")).isTrue();
    }

    @Test
    void experiment_afterATraceWasDeleted_stillHasItsResults() throws Exception {
        String one = service.active();
        String other = service.draft(Map.of(ANSWER, "Other: {{variables.query}}"));
        service.send("PUT", "/api/v1/experiment", experiment(one, 1, other, 1));
        ask("first");
        assertThat(requests(service.json("/api/v1/experiment"))).isEqualTo(1);
        String trace =
                service.json("/api/v1/traces?limit=1").at("/traces/0/trace_id").asText();
        assertThat(service.send("DELETE", "/api/v1/traces/" + trace, null).statusCode())
                .isEqualTo(204);
        ask("second");
        assertThat(requests(service.json("/api/v1/experiment"))).isEqualTo(2);
        assertThat(requests(service.json("/api/v1/experiment"))).isEqualTo(2);
    }

    private static int requests(JsonNode experiment) {
        return experiment.at("/arms/0/requests").asInt()
                + experiment.at("/arms/1/requests").asInt();
    }

    @Test
    void configMap_swappedByItsLink_servesTheNewOne() throws Exception {
        // as the kubelet lays it out: files are links through ..data, which is swapped in one step
        Path prompts = FOLDER.resolve("prompts");
        String before = service.active();
        Path next = Files.createDirectory(prompts.resolve("..2026_11_28"));
        Files.writeString(next.resolve("answer.mustache"), "Mounted: {{variables.query}}");
        Path data = prompts.resolve("..data");
        Files.createSymbolicLink(data, next.getFileName());
        Path link = prompts.resolve("answer.link");
        Files.createSymbolicLink(link, Path.of("..data", "answer.mustache"));
        Files.move(
                link,
                prompts.resolve("answer.mustache"),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        await().until(() -> !service.active().equals(before));
        String mounted = service.active();
        Path newer = Files.createDirectory(prompts.resolve("..2026_11_29"));
        Files.writeString(newer.resolve("answer.mustache"), "Swapped: {{variables.query}}");
        Path swap = prompts.resolve("..data_tmp");
        Files.createSymbolicLink(swap, newer.getFileName());
        Files.move(
                swap,
                data,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        await().until(() -> !service.active().equals(mounted));
        ask("you");
        assertThat(lastPrompt()).isEqualTo("Swapped: you");
        FileSystemUtils.deleteRecursively(next);
        Files.delete(prompts.resolve("answer.mustache"));
        Files.delete(data);
        FileSystemUtils.deleteRecursively(newer);
    }

    private static String files(Map<String, String> files) throws IOException {
        return JSON.writeValueAsString(Map.of("files", files));
    }

    private static String experiment(String one, double weight, String other, double otherWeight) throws IOException {
        return JSON.writeValueAsString(Map.of(
                "arms",
                java.util.List.of(
                        Map.of("revision", one, "weight", weight), Map.of("revision", other, "weight", otherWeight))));
    }

    private static String question(String query) {
        return JSON.createObjectNode()
                .put("query", query)
                .put("enable_rag", false)
                .toString();
    }

    private JsonNode ask(String query) throws Exception {
        return JSON.readTree(service.generate(question(query)).body());
    }

    private JsonNode askUnchecked(String query) {
        try {
            return ask(query);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String lastPrompt() {
        JsonNode messages = LLM.calls().get(LLM.calls().size() - 1).request().get("messages");
        return messages.get(messages.size() - 1).get("content").asText().strip();
    }

    private JsonNode revisions() throws Exception {
        return service.json("/api/v1/revisions");
    }

    private JsonNode revision(String id) throws Exception {
        return service.json("/api/v1/revisions/" + id);
    }

    private static void write(String path, String content) throws IOException {
        Files.write(FOLDER.resolve(path), content.getBytes(UTF_8));
    }

    private static void copyRoutes() throws IOException {
        Path routes = Path.of("routes", "pipeline");
        try (Stream<Path> old = Files.list(FOLDER.resolve(routes))) {
            for (Path file : (Iterable<Path>) old::iterator) {
                if (!Files.exists(PipelineCopy.ORIGINAL.resolve(routes).resolve(file.getFileName()))) {
                    Files.delete(file);
                }
            }
        }
        FileSystemUtils.copyRecursively(PipelineCopy.ORIGINAL.resolve(routes), FOLDER.resolve(routes));
    }
}
