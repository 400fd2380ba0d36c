package io.llmtwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.evaluation.command.EvaluateCommand;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
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
import org.w3c.dom.Element;

/** Evaluations of a pipeline over the API, by the command, and as a gate, with a model that says what it is told. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "MANAGEMENT_SERVER_PORT=0",
            "LLM_TWIN_CORPUS=none",
            "EXPAND_N_QUERY=1",
            "PIPELINE_WATCH_INTERVAL=20ms",
            "ACTIVATION_EVALUATION=gate",
            // off in Spring's tests unless told otherwise
            "management.prometheus.metrics.export.enabled=true"
        })
class EvaluationIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path OURS = Path.of("src", "main", "resources");
    private static final Path FOLDER = newFolder();
    private static final LlmStub LLM = new LlmStub();
    private static final String ANSWER = "prompts/answer.mustache";
    private static final String GOOD = "The tortoise overtakes Achilles in Elea.";
    private static final String SOUND = """
            thresholds: {hit_rate: 1, groundedness: 0.9, answer_similarity: 0.8, hallucination: 0.3}
            cases:
              - question: Who overtakes Achilles?
                expect_sources: ["elea/*"]
                must_contain: ["TORTOISE"]
                must_not_contain: ["hare"]
                reference_answer: Achilles is overtaken by the tortoise.
                max_tokens: 50
            """;

    private final RunningService service;
    private final int port;

    EvaluationIT(@Value("${local.server.port}") int port, @Value("${local.management.port}") int managementPort) {
        this.service = new RunningService(port, managementPort);
        this.port = port;
    }

    @DynamicPropertySource
    static void parts(DynamicPropertyRegistry properties) {
        properties.add("LLM_TWIN_HOME", RunningService::newHome);
        properties.add("LLM_TWIN_PIPELINE", FOLDER::toString);
        properties.add("LLM_URLS", LLM::baseUrl);
    }

    @BeforeEach
    void restore() throws Exception {
        answerWith(GOOD, "<score>0</score>");
        try (Stream<Path> files = Files.list(FOLDER.resolve("evals"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.delete(file);
            }
        }
        write("gate", "cases: [{question: Who overtakes Achilles?}]");
        service.store(Map.of(
                "id",
                "elea/tortoise",
                "type",
                "article",
                "author",
                "Zeno",
                "content",
                "In Elea they race. The tortoise overtakes Achilles in Elea. Nobody else runs."));
        // what the store's collections are is remembered for a while
        await().atMost(Duration.ofSeconds(20))
                .until(() -> service.send("POST", "/api/v1/search", "{\"query\":\"Who overtakes Achilles?\"}")
                        .body()
                        .contains("elea/tortoise"));
        LLM.calls().clear();
    }

    @AfterAll
    static void stop() throws IOException {
        LLM.close();
    }

    @Test
    void evaluation_ofGoodAnswers_passesAndShowsWhatTheyAreWorth() throws Exception {
        write("sound", SOUND);

        JsonNode report = evaluated(named("sound"));

        assertThat(report.get("passed").asBoolean()).as(report.toString()).isTrue();
        assertThat(report.get("revision").asText()).isEqualTo(service.active());
        JsonNode one = report.at("/cases/0");
        assertThat(one.get("answer").asText()).isEqualTo(GOOD + "!");
        assertThat(one.get("sources").get(0).asText()).isEqualTo("elea/tortoise");
        assertThat(one.get("failures")).isEmpty();
        assertThat(one.get("line").asInt()).isEqualTo(3);
        assertThat(one.at("/measures/hit_rate").asDouble()).isEqualTo(1);
        assertThat(one.at("/measures/groundedness").asDouble()).isEqualTo(1);
        assertThat(one.at("/measures/answer_similarity").asDouble()).isBetween(0.8, 0.999);
        assertThat(one.at("/measures/hallucination").asDouble()).isZero();
        assertThat(LLM.calls().get(0).request().get("max_tokens").asInt()).isEqualTo(50);
    }

    @Test
    void evaluation_ofBadAnswers_failsAndSaysOfEachWhy() throws Exception {
        write("sound", SOUND);
        answerWith("A hare was baked into a cake by the mayor of Paris.", "<score>1</score>");
        service.send("DELETE", "/api/v1/documents/elea%2Ftortoise", null);

        JsonNode report = evaluated(named("sound"));

        assertThat(report.get("passed").asBoolean()).isFalse();
        assertThat(report.at("/cases/0/failures").toString()).contains("'TORTOISE'", "'hare'");
        assertThat(report.at("/cases/0/notes").toString()).contains("none of the expected sources");
        assertThat(report.get("failures").toString())
                .contains("hit_rate is 0.0", "groundedness is 0.0", "answer_similarity", "hallucination is 1.0");
    }

    @Test
    void evaluation_whoseJudgeIsNone_asksNoModelToJudge() throws Exception {
        write("sound", "cases: [{question: Who overtakes Achilles?}]");
        JsonNode report = evaluated(named("sound").put("judge", "none"));
        assertThat(report.get("measures").has("style")).isFalse();
        assertThat(LLM.calls()).hasSize(1);
    }

    @Test
    void evaluation_whoseJudgeTalksNonsense_isNotJudgedAndSaysSo() throws Exception {
        write("sound", "cases: [{question: Who overtakes Achilles?}]");
        answerWith(GOOD, "I would rather not.");
        JsonNode report = evaluated(named("sound").put("judge", "llm"));
        assertThat(report.get("passed").asBoolean()).isTrue();
        assertThat(report.at("/cases/0/notes")).hasSize(3);
        assertThat(report.get("measures").has("relevance")).isFalse();
    }

    @Test
    void evaluation_ofADraft_isOfTheDraftAndLeavesNothingBehind() throws Exception {
        write("sound", SOUND);
        String draft = service.draft(Map.of(ANSWER, "Draft {{variables.query}}"));
        List<String> metrics = metrics();
        JsonNode traces = service.json("/api/v1/traces?limit=200").get("traces");
        LLM.calls().clear();

        JsonNode report = evaluated(named("sound").put("revision", draft).put("judge", "none"));

        assertThat(report.get("revision").asText()).isEqualTo(draft);
        assertThat(LLM.calls().get(0).contents()).containsExactly("Draft Who overtakes Achilles?");
        assertThat(metrics).isNotEmpty().isEqualTo(metrics());
        assertThat(service.json("/api/v1/traces?limit=200").get("traces")).isEqualTo(traces);
    }

    @Test
    void evaluation_withoutAName_isOfAllFiles() throws Exception {
        write("sound", SOUND);
        assertThat(evaluated(JSON.createObjectNode()).get("cases").findValuesAsText("evaluation"))
                .containsExactly("gate", "sound");
    }

    @Test
    void evaluation_withAThresholdOfWhatIsNotMeasured_doesntPass() throws Exception {
        write("sound", "{thresholds: {relevance: 0.5}, cases: [{question: Who overtakes Achilles?}]}");
        answerWith(GOOD, "I would rather not.");
        assertThat(evaluated(named("sound")).get("failures").toString()).contains("relevance is unknown");
        assertThat(evaluated(named("sound").put("judge", "none")).get("passed").asBoolean())
                .isTrue();
    }

    @Test
    void evaluation_whoseModelIsDown_failsTheCase() throws Exception {
        write("sound", SOUND);
        LLM.behave(call -> call.refuse(500, "{}"));
        JsonNode report = evaluated(named("sound"));
        assertThat(report.get("passed").asBoolean()).isFalse();
        assertThat(report.at("/cases/0/failures/0").asText()).contains("not answered");
    }

    @Test
    void evaluation_asXml_isJUnits() throws Exception {
        write("sound", SOUND);
        answerWith("A hare & a <cake> \u0007.", "<score>1</score>");
        HttpResponse<String> response = service.send(
                "POST",
                "/api/v1/evaluations",
                named("sound").toString(),
                "Content-Type",
                "application/json",
                "Accept",
                "application/xml");
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/xml");
        Element suite = suite(response.body().getBytes(StandardCharsets.UTF_8));
        assertThat(suite.getAttribute("name")).isEqualTo("sound");
        assertThat(suite.getAttribute("tests")).isEqualTo("2");
        assertThat(suite.getAttribute("failures")).isEqualTo("2");
        assertThat(((Element) suite.getElementsByTagName("failure").item(0)).getAttribute("message"))
                .contains("'TORTOISE'");
    }

    @Test
    void evaluation_streamed_tellsOfItsProgress() throws Exception {
        write("many", many(20));
        String events = service.send(
                        "POST",
                        "/api/v1/evaluations",
                        named("many").put("judge", "none").put("stream", true).toString())
                .body();
        assertThat(events.split("event: result\n", -1)).hasSize(21);
        assertThat(events).contains("event: progress\ndata: {", "\"done\":20");
        assertThat(events.substring(events.lastIndexOf("event: ")))
                .startsWith("event: done")
                .contains("\"passed\":true");
    }

    @Test
    void evaluation_whoseClientHangsUp_ends() throws Exception {
        write("many", many(20));
        LLM.behave(call -> {
            call.stream("Hel");
            assertThat(call.isLeftWithin(Duration.ofSeconds(10))).isTrue();
        });
        try (RawClient client = new RawClient(port)) {
            client.post("/api/v1/evaluations", named("many").toString());
            await().until(() -> LLM.calls().size() == 2);
        }
        await().until(() -> service.json("/api/v1/revisions/" + service.active())
                        .get("requests")
                        .asInt()
                == 0);
        assertThat(LLM.calls()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"nowhere\"}",
                "{\"name\":\"../gate\"}",
                "{\"name\":\"\"}",
                "{\"name\":7}",
                "{\"revision\":\"000000000000\"}",
                "{\"revision\":[]}",
                "{\"judge\":\"me\"}",
                "{\"stream\":\"yes\"}",
                "{\"names\":\"gate\"}",
                "[]",
                "7",
                "{",
                ""
            })
    void evaluation_ofWrongInput_isRefused(String body) throws Exception {
        HttpResponse<String> response = service.send("POST", "/api/v1/evaluations", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(JSON.readTree(response.body()).get("detail").asText()).isNotBlank();
    }

    @Test
    void evaluation_ofAMalformedFile_gets422WithItsPlace() throws Exception {
        write("broken", "cases:\n  - question: x\n    must_contains: [y]\n");
        HttpResponse<String> response =
                service.send("POST", "/api/v1/evaluations", named("broken").toString());
        assertThat(response.statusCode()).isEqualTo(422);
        JsonNode problem = JSON.readTree(response.body()).at("/problems/0");
        assertThat(problem.get("file").asText()).isEqualTo("evals/broken.yaml");
        assertThat(problem.get("line").asInt()).isEqualTo(3);
        assertThat(problem.get("column").asInt()).isEqualTo(5);
    }

    @Test
    void edit_thatDoesntPassTheGate_isRejectedWithWhatFailed() throws Exception {
        write("gate", "cases: [{question: Who overtakes Achilles?, must_contain: [tortoise]}]");
        LLM.behave(call -> {
            if (call.request().path("stream").asBoolean()) {
                call.stream(call.contents().get(0).startsWith("Lie") ? "The hare" : "The tortoise")
                        .done();
            } else {
                judge(call, "<score>0</score>");
            }
        });
        String before = service.active();

        String draft = service.draft(Map.of(ANSWER, "Lie: {{variables.query}}"));
        HttpResponse<String> response = service.send("POST", "/api/v1/revisions/" + draft + "/activate", null);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
        JsonNode problem = JSON.readTree(response.body()).at("/problems/0");
        assertThat(problem.get("file").asText()).isEqualTo("evals/gate.yaml");
        assertThat(problem.get("reason").asText()).contains("Who overtakes Achilles?", "'tortoise'");
        assertThat(service.active()).isEqualTo(before);

        Files.writeString(FOLDER.resolve(ANSWER), "Lie again: {{variables.query}}");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(service.health()
                        .at("/components/pipeline/details/rejected")
                        .toString())
                .contains("'tortoise'"));
        assertThat(service.active()).isEqualTo(before);
        Files.writeString(FOLDER.resolve(ANSWER), "Say: {{variables.query}}");
        await().atMost(Duration.ofSeconds(30)).until(() -> !service.active().equals(before));
    }

    @Test
    void command_ofGoodAnswers_printsATableAndExitsWith0() throws Exception {
        write("sound", SOUND);
        Path junit = FOLDER.resolve("junit.xml");
        Command command = command("--name=sound", "--junit=" + junit);
        assertThat(command.exitCode).as(command.err).isZero();
        assertThat(command.out).contains("hit_rate", "ok", "Who overtakes Achilles?", "passed: 1 of 1 cases");
        assertThat(command.err).contains("1 of 1");
        assertThat(suite(Files.readAllBytes(junit)).getAttribute("failures")).isEqualTo("0");
    }

    @Test
    void command_ofBadAnswers_exitsWith1() throws Exception {
        write("sound", SOUND);
        answerWith("A hare.", "<score>1</score>");
        Command command = command("--name=sound", "--revision=" + service.active());
        assertThat(command.exitCode).isEqualTo(1);
        assertThat(command.out).contains("FAIL", "'TORTOISE'", "not passed: 0 of 1 cases");
    }

    @Test
    void command_thatCantBeRun_exitsWith2AndSaysWhatToDo() throws Exception {
        write("broken", "cases: 7");
        assertThat(command("--name=nowhere")).satisfies(said("no evaluation 'nowhere'", "gate"));
        assertThat(command("--name=broken")).satisfies(said("evals/broken.yaml:1:8", "`cases`"));
        assertThat(command("--nmae=x")).satisfies(said("'--nmae=x' is no option", "--name=NAME"));
        assertThat(command("--name=")).satisfies(said("--name needs a value"));
        assertThat(command("--url=nonsense")).satisfies(said("--url has to be a URL"));
        assertThat(command("--url=http://127.0.0.1:1")).satisfies(said("no service at http://127.0.0.1:1", "--url"));
        assertThat(command("--name=gate", "--junit=" + FOLDER.resolve("no/folder/x.xml")))
                .satisfies(said("can't be written"));
    }

    private static java.util.function.Consumer<Command> said(String... texts) {
        return command -> {
            assertThat(command.exitCode).isEqualTo(2);
            assertThat(command.err).contains(texts);
        };
    }

    private Command command(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<String> all = Stream.concat(Stream.of("--url=http://127.0.0.1:" + port), Stream.of(words))
                .toList();
        int exitCode = new EvaluateCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        null)
                .run(all);
        return new Command(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private record Command(int exitCode, String out, String err) {}

    /** Has the model answer questions with {@code answer}, and judge with {@code verdict}. */
    private static void answerWith(String answer, String verdict) {
        LLM.behave(call -> {
            if (call.request().path("stream").asBoolean()) {
                call.stream(answer).done();
            } else {
                judge(call, verdict);
            }
        });
    }

    private static void judge(LlmStub.Call call, String verdict) throws IOException {
        call.refuse(
                200,
                JSON.writeValueAsString(Map.of(
                        "choices",
                        List.of(Map.of("index", 0, "message", Map.of("role", "assistant", "content", verdict))))));
    }

    private static Element suite(byte[] xml) throws Exception {
        return (Element) DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml))
                .getElementsByTagName("testsuite")
                .item(0);
    }

    private static String many(int count) {
        StringBuilder cases = new StringBuilder("cases:\n");
        IntStream.range(0, count).forEach(i -> cases.append("  - question: Who overtakes number ")
                .append(i)
                .append("?\n"));
        return cases.toString();
    }

    private static ObjectNode named(String name) {
        return JSON.createObjectNode().put("name", name);
    }

    private JsonNode evaluated(ObjectNode request) throws Exception {
        HttpResponse<String> response = service.send("POST", "/api/v1/evaluations", request.toString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private List<String> metrics() throws Exception {
        return service.metrics()
                .lines()
                .filter(line ->
                        line.startsWith("llm_twin_requests_total") || line.startsWith("llm_twin_journal_entries"))
                .toList();
    }

    private static void write(String name, String evaluation) throws IOException {
        Files.writeString(FOLDER.resolve("evals").resolve(name + ".yaml"), evaluation);
    }

    private static Path newFolder() {
        try {
            Path folder = PipelineCopy.inTarget();
            Files.createDirectory(folder.resolve("evals"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
