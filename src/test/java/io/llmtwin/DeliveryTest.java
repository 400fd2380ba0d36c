package io.llmtwin;

import static io.llmtwin.DeliveringService.KEY;
import static io.llmtwin.DeliveringService.PROJECT;
import static io.llmtwin.DeliveringService.WORKSPACE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmtwin.monitoring.Entry.Kind;
import io.llmtwin.monitoring.PromptRecord;
import io.llmtwin.monitoring.RecordedRequests;
import io.llmtwin.monitoring.delivery.Delivery;
import io.llmtwin.monitoring.delivery.Redelivery;
import io.llmtwin.monitoring.recorder.Mood;
import io.llmtwin.monitoring.recorder.RecordingServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes that deliver the journal, against a server that is as strict as Comet LLM and Opik. */
class DeliveryTest {
    @TempDir
    Path home;

    private final RecordingServer comet = new RecordingServer(KEY, WORKSPACE);
    private final RecordingServer opik = new RecordingServer(KEY, WORKSPACE);
    private DeliveringService service;

    @AfterEach
    void close() {
        comet.close();
        opik.close();
        if (service != null) {
            service.close();
        }
    }

    @Test
    void answeredRequest_always_isATraceWithNestedSpansAtOpik() throws Exception {
        start(Map.of());
        PromptRecord record = record(RecordedRequests.answered("Why?"));
        awaitDelivered(1);

        JsonNode trace = opik.opik().traces().get(record.traceId().toString());
        assertThat(trace.at("/input/query").asText()).isEqualTo("Why?");
        assertThat(trace.at("/output/answer").asText()).isEqualTo("So it is.");
        assertThat(trace.get("thread_id").asText()).isEqualTo("conversation-1");
        assertThat(trace.get("ttft").asDouble()).isEqualTo(321.5);
        assertThat(trace.get("project_name").asText()).isEqualTo(PROJECT);
        assertThat(trace.at("/tags/0").asText()).isEqualTo("rag");
        Map<String, JsonNode> spans = opik.opik().spans().values().stream()
                .collect(Collectors.toMap(span -> span.get("name").asText(), span -> span));
        assertThat(spans.keySet()).containsExactlyInAnyOrder("search", "expand", "retrieve", "rerank", "prompt", "llm");
        assertThat(spans.values())
                .allSatisfy(span -> assertThat(span.get("trace_id").asText())
                        .isEqualTo(record.traceId().toString()));
        for (String part : List.of("expand", "retrieve", "rerank")) {
            assertThat(spans.get(part).get("parent_span_id"))
                    .isEqualTo(spans.get("search").get("id"));
        }
        assertThat(spans.get("llm").has("parent_span_id")).isFalse();
        assertThat(spans.get("llm").get("type").asText()).isEqualTo("llm");
        assertThat(spans.get("llm").at("/usage/completion_tokens").asInt()).isEqualTo(30);
        assertThat(spans.get("llm").get("total_estimated_cost").asDouble()).isEqualTo(0.00042);
        assertThat(opik.opik().rejections()).isEmpty();
    }

    @Test
    void failedRequest_always_isAnErrorOfTheStepThatFailedAtOpik() throws Exception {
        start(Map.of());
        PromptRecord record = record(RecordedRequests.failed("Why?"));
        awaitDelivered(1);

        assertThat(opik.opik()
                        .traces()
                        .get(record.traceId().toString())
                        .at("/error_info/exception_type")
                        .asText())
                .isEqualTo("LlmUnavailableException");
        assertThat(opik.opik().spans().values().stream().filter(span -> span.hasNonNull("error_info")))
                .extracting(span -> span.get("name").asText())
                .containsExactly("llm");
        assertThat(opik.opik().rejections()).isEmpty();
    }

    @Test
    void answeredRequest_searchedFor_isAChainAtComet() throws Exception {
        start(Map.of());
        PromptRecord record = record(RecordedRequests.answered("Why?"));
        awaitDelivered(1);

        JsonNode experiment = comet.comet().experiments().get(key(record));
        assertThat(experiment.at("/createExperimentRequest/projectName").asText())
                .isEqualTo(PROJECT);
        JsonNode asset = experiment.at("/jsonAsset/file");
        assertThat(asset.get("category").asText()).isEqualTo("chain");
        assertThat(asset.get("chain_nodes"))
                .extracting(node -> node.get("name").asText())
                .containsExactly("search", "expand", "retrieve", "rerank", "prompt", "llm");
        assertThat(asset.at("/chain_nodes/1/parent_ids/0").asInt()).isEqualTo(1);
        assertThat(asset.at("/chain_duration").asDouble()).isEqualTo(950);
        assertThat(experiment.get("parameters").findValuesAsText("parameterName"))
                .contains("usage.prompt_tokens", "timings.llm", "revision", "model");
        assertThat(comet.comet().rejections()).isEmpty();
    }

    @Test
    void answeredRequest_notSearchedFor_isASinglePromptAtComet() throws Exception {
        start(Map.of());
        PromptRecord record = record(RecordedRequests.unsearched("Why?"));
        awaitDelivered(1);

        JsonNode asset = comet.comet().experiments().get(key(record)).at("/jsonAsset/file");
        assertThat(asset.get("category").asText()).isEqualTo("single_prompt");
        assertThat(asset.at("/chain_nodes/0/inputs/final_prompt").asText()).isEqualTo("Answer Why?");
        assertThat(asset.at("/chain_nodes/0/inputs/prompt_template").asText()).isEqualTo("Answer {{query}}");
        assertThat(asset.at("/chain_nodes/0/inputs/prompt_template_variables/query")
                        .asText())
                .isEqualTo("Why?");
        assertThat(asset.at("/chain_outputs/output").asText()).isEqualTo("So it is.");
        assertThat(comet.comet().rejections()).isEmpty();
    }

    @Test
    void unmonitoredRequest_andWhatIsSaidOfIt_areDeliveredToNobody() throws Exception {
        start(Map.of());
        PromptRecord secret = record(RecordedRequests.unmonitored());
        feedback(secret, 1, null);
        record(RecordedRequests.answered("Why?"));
        awaitDelivered(1);

        assertThat(opik.opik().traces()).doesNotContainKey(secret.traceId().toString());
        assertThat(comet.comet().experiments()).doesNotContainKey(key(secret));
        assertThat(opik.opik().scores()).isEmpty();
        assertThat(service.delivery("opik").state().leftOut()).isEqualTo(2);
    }

    @Test
    void feedback_onADeliveredRequest_isAScoreAtBoth() throws Exception {
        start(Map.of());
        PromptRecord record = record(RecordedRequests.answered("Why?"));
        feedback(record, 0.75, "so \"helpful\"");
        awaitNothingLeft();

        JsonNode score = opik.opik().scores().get(record.traceId().toString());
        assertThat(score.get("value").asDouble()).isEqualTo(0.75);
        assertThat(score.get("reason").asText()).isEqualTo("so \"helpful\"");
        assertThat(comet.comet().feedback()).isEqualTo(Map.of(key(record), 1.0));
    }

    @Test
    void deletion_ofADeliveredRequest_isDeletedAtOpik() throws Exception {
        start(Map.of());
        PromptRecord record = record(RecordedRequests.answered("Why?"));
        awaitDelivered(1);
        service.journal().delete(record.traceId());
        awaitNothingLeft();

        assertThat(opik.opik().traces()).isEmpty();
    }

    static Stream<Named<Mood>> troubles() {
        return Stream.of(
                Named.of("500", Mood.failing(500)),
                Named.of("503", Mood.failing(503)),
                Named.of("404", Mood.failing(404)),
                Named.of("429 without a header", Mood.failing(429)),
                Named.of("429 with Retry-After", Mood.failing(429, Map.of("Retry-After", "1"))),
                Named.of("429 with RateLimit-Reset", Mood.failing(429, Map.of("RateLimit-Reset", "1"))),
                Named.of("resetting", Mood.resetting()),
                Named.of("slow beyond the timeout", Mood.slow(ofSeconds(30))),
                Named.of("denied", Mood.failing(401)));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void records_afterTrouble_areAllThereOnce(Mood trouble) throws Exception {
        comet.be(trouble);
        opik.be(trouble);
        start(Map.of("llm-twin.delivery.batch-size", 8, "llm-twin.delivery.timeout", "1s"));
        for (int i = 0; i < 30; i++) {
            record(RecordedRequests.answered("Why " + i + "?"));
        }
        await().atMost(ofSeconds(120)).until(() -> retries("comet") > 1 && retries("opik") > 1);
        assertThat(service.delivery("opik").state().behind()).isEqualTo(30);
        assertThat(service.delivery("opik").state().problem()).isNotNull();
        assertThat(service.delivery("opik").state().lag()).isPositive();
        comet.be(Mood.fine());
        opik.be(Mood.fine());

        awaitDelivered(30);
        assertThat(comet.comet().doubled()).isZero();
        assertThat(service.delivery("opik").state().problem()).isNull();
        assertThat(service.delivery("opik").state().deadLetters()).isZero();
    }

    @Test
    void records_whileServersAreGone_waitForThem() throws Exception {
        comet.beGone();
        opik.beGone();
        start(Map.of());
        record(RecordedRequests.answered("Why?"));
        await().atMost(ofSeconds(120)).until(() -> retries("comet") > 2 && retries("opik") > 2);
        comet.be(Mood.fine());
        opik.be(Mood.fine());

        awaitDelivered(1);
    }

    @Test
    void retryAfter_inSecondsOrAsADate_isKeptTo() throws Exception {
        Instant inTwoHours = Instant.now().plus(Duration.ofHours(2));
        comet.be(Mood.failing(503, Map.of("Retry-After", "3600")));
        opik.be(Mood.failing(
                429,
                Map.of("Retry-After", DateTimeFormatter.RFC_1123_DATE_TIME.format(inTwoHours.atZone(ZoneOffset.UTC)))));
        start(Map.of());
        record(RecordedRequests.answered("Why?"));
        await().atMost(ofSeconds(120)).until(() -> retries("comet") == 1 && retries("opik") == 1);

        assertThat(service.delivery("comet").state().nextTry())
                .isBetween(Instant.now().plusSeconds(3500), Instant.now().plusSeconds(3600));
        assertThat(service.delivery("opik").state().nextTry())
                .isBetween(inTwoHours.minusSeconds(60), inTwoHours.plusSeconds(1));
    }

    @Test
    void deniedTarget_always_holdsTheLineAndSaysSo() throws Exception {
        opik.be(Mood.failing(403));
        start(Map.of("llm-twin.delivery.longest-pause", "1h"));
        record(RecordedRequests.answered("Why?"));
        await().atMost(ofSeconds(120)).until(() -> retries("opik") == 1);

        Delivery.State state = service.delivery("opik").state();
        assertThat(Objects.requireNonNull(state.problem()).denied()).isTrue();
        assertThat(state.nextTry()).isAfter(Instant.now().plus(Duration.ofMinutes(50)));
        assertThat(state.behind()).isEqualTo(1);
        assertThat(state.deadLetters()).isZero();
    }

    @Test
    void conflict_atOpik_countsAsDone() throws Exception {
        opik.be(Mood.failing(409));
        start(Map.of());
        record(RecordedRequests.answered("Why?"));
        awaitNothingLeft();

        assertThat(service.delivery("opik").state().delivered()).isEqualTo(1);
    }

    @Test
    void refusedRecords_amongOthers_areSetAsideAndCanBeSentAgain() throws Exception {
        Set<String> bad = Set.of("Why 3?", "Why 17?", "Why 18?");
        opik.opik().refuse(trace -> bad.contains(trace.at("/input/query").asText()));
        comet.comet()
                .refuse(experiment -> bad.contains(
                        experiment.at("/jsonAsset/file/chain_inputs/query").asText()));
        start(Map.of());
        for (int i = 0; i < 40; i++) {
            record(RecordedRequests.answered("Why " + i + "?"));
        }
        awaitNothingLeft();
        awaitDelivered(37);
        for (String target : List.of("comet", "opik")) {
            assertThat(service.delivery(target).state().deadLetters()).isEqualTo(3);
            assertThat(Files.readAllLines(home.resolve("delivery/" + target + ".dead-letters.jsonl")))
                    .hasSize(3)
                    .allSatisfy(line -> assertThat(line)
                            .contains("\"target\":\"" + target + "\"", "\"status\":400", "can't be processed"));
            Redelivery.Result inVain = service.redelivery().redeliver(target).orElseThrow();
            assertThat(inVain.delivered()).isZero();
            assertThat(inVain.left()).isEqualTo(3);
        }

        opik.opik().refuse(trace -> false);
        comet.comet().refuse(experiment -> false);
        for (String target : List.of("comet", "opik")) {
            Redelivery.Result result = service.redelivery().redeliver(target).orElseThrow();
            assertThat(result.delivered()).isEqualTo(3);
            assertThat(result.left()).isZero();
        }
        awaitDelivered(40);
    }

    @Test
    void deadLetter_deletedWhileOthersAreSentAgain_isNotSent() throws Exception {
        opik.opik().refuse(trace -> true);
        start(Map.of());
        PromptRecord first = record(RecordedRequests.answered("Why?"));
        PromptRecord second = record(RecordedRequests.answered("Why not?"));
        awaitNothingLeft();
        assertThat(service.delivery("opik").state().deadLetters()).isEqualTo(2);
        opik.opik().refuse(trace -> {
            delete(second);
            await().atMost(ofSeconds(120))
                    .until(() -> service.delivery("opik").state().deadLetters() == 1);
            return false;
        });

        Redelivery.Result result = service.redelivery().redeliver("opik").orElseThrow();
        assertThat(result.delivered()).isEqualTo(1);
        assertThat(result.left()).isZero();
        assertThat(opik.opik().traces()).containsOnlyKeys(first.traceId().toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {413, 422})
    void refusedCall_always_endsInADeadLetterForEachRecord(int status) throws Exception {
        opik.be(Mood.failing(status));
        start(Map.of());
        for (int i = 0; i < 5; i++) {
            record(RecordedRequests.answered("Why?"));
        }
        awaitNothingLeft();

        assertThat(service.delivery("opik").state().deadLetters()).isEqualTo(5);
    }

    @Test
    void unreadableEntry_amongOthers_isSetAside() throws Exception {
        start(Map.of());
        service.append(Kind.PROMPT, UUID.randomUUID(), "{\"monitored\": maybe".getBytes(UTF_8));
        record(RecordedRequests.answered("Why?"));
        awaitDelivered(1);

        assertThat(service.delivery("opik").state().deadLetters()).isEqualTo(1);
    }

    @Test
    void deadComet_always_leavesOpikAlone() throws Exception {
        comet.be(Mood.slow(ofSeconds(30)));
        start(Map.of());
        for (int i = 0; i < 20; i++) {
            record(RecordedRequests.answered("Why?"));
        }
        await().atMost(ofSeconds(25)).until(() -> opik.opik().traces().size() == 20);

        assertThat(service.delivery("comet").state().delivered()).isZero();
    }

    @Test
    void spans_overAThousand_goInSeveralCalls() throws Exception {
        opik.beGone();
        start(Map.of("llm-twin.delivery.batch-size", 1_000));
        for (int i = 0; i < 400; i++) {
            record(RecordedRequests.answered("Why?"));
        }
        opik.be(Mood.fine());
        awaitDelivered(400);

        assertThat(opik.opik().spans()).hasSize(2_400);
        assertThat(opik.opik().rejections()).isEmpty();
    }

    @Test
    void service_startedAnew_goesOnWhereItWas() throws Exception {
        start(Map.of());
        record(RecordedRequests.answered("Why?"));
        awaitDelivered(1);
        awaitNothingLeft();
        service.close();
        start(Map.of());
        record(RecordedRequests.answered("Why not?"));
        awaitDelivered(2);

        assertThat(opik.opik().resent()).isZero();
        assertThat(comet.comet().doubled()).isZero();
    }

    @Test
    void serviceThatEnds_whileATargetHangs_doesNotWaitForIt() throws Exception {
        comet.be(Mood.slow(Duration.ofMinutes(1)));
        opik.be(Mood.slow(Duration.ofMinutes(1)));
        start(Map.of("llm-twin.delivery.timeout", "50s"));
        record(RecordedRequests.answered("Why?"));
        await().atMost(ofSeconds(120)).until(() -> comet.calls() > 0 && opik.calls() > 0);
        Delivery delivery = service.delivery("opik");
        long begun = System.nanoTime();
        service.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(ofSeconds(20));
        assertThat(delivery.state().retries()).isZero();
        assertThat(delivery.state().deadLetters()).isZero();
    }

    private void start(Map<String, Object> settings) throws Exception {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(DeliveringService.comet(comet));
        all.putAll(DeliveringService.opik(opik));
        service = new DeliveringService(home, all);
    }

    private PromptRecord record(PromptRecord record) throws Exception {
        service.record(record);
        return record;
    }

    private void delete(PromptRecord record) {
        try {
            service.journal().delete(record.traceId());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void feedback(PromptRecord record, double score, String reason) {
        List<String> fields = new ArrayList<>();
        fields.add("\"trace_id\":\"" + record.traceId() + "\"");
        fields.add("\"score\":" + score);
        if (reason != null) {
            fields.add("\"reason\":\"" + reason.replace("\"", "\\\"") + "\"");
        }
        service.append(Kind.FEEDBACK, record.traceId(), ("{" + String.join(",", fields) + "}").getBytes(UTF_8));
    }

    private void awaitDelivered(int records) {
        await().atMost(ofSeconds(120)).untilAsserted(() -> {
            assertThat(opik.opik().traces()).hasSize(records);
            assertThat(comet.comet().experiments()).hasSize(records);
        });
        awaitNothingLeft();
    }

    private void awaitNothingLeft() {
        await().atMost(ofSeconds(120)).until(() -> Stream.of("comet", "opik")
                .allMatch(target -> service.delivery(target).state().behind() == 0));
    }

    private long retries(String target) {
        return service.delivery(target).state().retries();
    }

    private static String key(PromptRecord record) {
        return record.traceId().toString().replace("-", "");
    }
}
