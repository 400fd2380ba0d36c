package io.llmtwin;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.llmtwin.pipeline.Lifetimes;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The way of an answer from two replicas of a model to the client, while it is written, and what can happen on it. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "MANAGEMENT_SERVER_PORT=0",
            "LLM_TWIN_CORPUS=none",
            "REQUEST_DEADLINE=10s",
            "LLM_FIRST_TOKEN_TIMEOUT=3s",
            "LLM_IDLE_TIMEOUT=3s",
            "STREAM_HEARTBEAT=2s",
            "EXPAND_N_QUERY=1"
        })
class StreamingIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String GENERATE = "/api/v1/generate";
    private static final String CHAT = "/v1/chat/completions";
    private static final String STREAMED = "{\"query\":\"hello\",\"enable_rag\":false,\"stream\":true}";
    private static final String PLAIN = "{\"query\":\"hello\",\"enable_rag\":false}";
    private static final String FOLLOW_UP = """
            {"model":"llm-twin","messages":[{"role":"user","content":"Who wrote it?"},
             {"role":"assistant","content":"Ada."},{"role":"user","content":"When?"}]}
            """;
    /** Longer than anything here takes, on whatever machine; how fast a model is left is measured elsewhere. */
    private static final Duration PATIENCE = ofSeconds(30);

    private static final LlmStub ONE = new LlmStub();
    private static final LlmStub TWO = new LlmStub();

    private final RunningService service;
    private final int port;
    private final CircuitBreakerRegistry replicaBreakers;
    private final Lifetimes lifetimes;

    StreamingIT(
            @Value("${local.server.port}") int port,
            @Value("${local.management.port}") int managementPort,
            @Autowired CircuitBreakerRegistry replicaBreakers,
            @Autowired Lifetimes lifetimes) {
        this.service = new RunningService(port, managementPort);
        this.port = port;
        this.replicaBreakers = replicaBreakers;
        this.lifetimes = lifetimes;
    }

    @DynamicPropertySource
    static void addresses(DynamicPropertyRegistry properties) {
        properties.add("LLM_TWIN_HOME", RunningService::newHome);
        properties.add("LLM_URLS", () -> ONE.baseUrl() + "," + TWO.baseUrl());
    }

    @AfterAll
    static void stopReplicas() throws IOException {
        ONE.close();
        TWO.close();
    }

    @BeforeEach
    void answerWell() {
        both(call -> call.stream("Hel", "lo").done());
        replicaBreakers.getAllCircuitBreakers().forEach(CircuitBreaker::reset);
    }

    @Test
    void generate_streamed_sendsSourcesThenTokensThenDone() throws Exception {
        HttpResponse<String> response = service.generate(STREAMED);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        List<Event> events = events(response);
        assertThat(events).extracting(Event::name).containsExactly("sources", "token", "token", "token", "done");
        assertThat(text(events)).isEqualTo("Hello!");
        JsonNode done = events.get(4).data();
        assertThat(done.at("/usage/total_tokens").asInt()).isEqualTo(10);
        assertThat(done.get("model").asText()).isEqualTo("llm-twin");
        assertThat(done.get("warnings")).isEmpty();
        assertThat(done.get("revision").asText())
                .isEqualTo(response.headers().firstValue("X-Revision").orElseThrow());
        assertThat(done.at("/timings/llm").isNumber()).isTrue();
        JsonNode trace = trace(response);
        assertThat(trace.get("status").asText()).isEqualTo("ok");
        assertThat(trace.get("answer").asText()).isEqualTo("Hello!");
    }

    @Test
    void generate_inOnePiece_isStreamedUpstreamAllTheSame() throws Exception {
        JsonNode answer = JSON.readTree(service.generate(PLAIN).body());
        assertThat(answer.get("answer").asText()).isEqualTo("Hello!");
        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(3);
        LlmStub.Call call = calls().get(0);
        assertThat(call.request().get("stream").asBoolean()).isTrue();
        assertThat(call.request().at("/stream_options/include_usage").asBoolean())
                .isTrue();
        assertThat(call.request().get("model").asText()).isEqualTo("llm-twin");
        assertThat(call.head())
                .contains("X-Request-Id: " + answer.get("trace_id").asText());
    }

    @Test
    void frame_fromTheModel_isForwardedBeforeTheNextIsThere() throws Exception {
        CountDownLatch firstSeen = new CountDownLatch(1);
        both(call -> {
            call.stream("first");
            assertThat(firstSeen.await(30, SECONDS)).isTrue();
            call.token("second").done();
        });
        try (RawClient client = new RawClient(port).post(GENERATE, STREAMED)) {
            client.readUntil("first");
            firstSeen.countDown();
            client.readUntil("second");
            client.readUntil("event: done");
        }
    }

    @Test
    void model_longSilentBeforeItsFirstToken_isWaitedForWithHeartbeats() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        both(call -> {
            assertThat(heard.await(30, SECONDS)).isTrue();
            call.stream("late").done();
        });
        try (RawClient client = new RawClient(port).post(GENERATE, STREAMED)) {
            client.readUntil(": waiting");
            client.readUntil(": waiting");
            heard.countDown();
            client.readUntil("late");
        }
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                failure("401 with a string", call -> call.refuse(401, "{\"error\":\"Unauthorized\"}")),
                failure("404 with a detail", call -> call.refuse(404, "{\"detail\":\"Not Found\"}")),
                failure(
                        "400 in plain JSON",
                        call -> call.refuse(400, "{\"error\":{\"message\":\"m\",\"param\":\"x\"}}")),
                failure("500", call -> call.refuse(500, "oops")),
                failure("429", call -> call.refuse(429, "{\"error\":{}}", "Retry-After: 1")),
                failure("no answer", call -> {}),
                failure("no frame", call -> call.stream().end()),
                failure("nonsense", call -> call.stream().frame("{not json")),
                failure("an error in the stream", call -> call.stream().frame("{\"error\":{\"code\":500}}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void replica_failsBeforeItsFirstToken_anotherAnswers(String name, LlmStub.Behaviour failing) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        both(call -> {
            if (asked.getAndIncrement() == 0) {
                failing.answer(call);
            } else {
                call.stream("Hel", "lo").done();
            }
        });
        List<Event> events = events(service.generate(STREAMED));
        assertThat(text(events)).isEqualTo("Hello!");
        assertThat(events.get(events.size() - 1).name()).isEqualTo("done");
        assertThat(asked).hasValue(2);
    }

    static Stream<Arguments> silences() {
        return Stream.of(failure("no head", call -> {}), failure("no token", LlmStub.Call::stream));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("silences")
    void replica_silentBeforeItsFirstToken_isLeftAndAnotherAnswers(String name, LlmStub.Behaviour beginning)
            throws Exception {
        AtomicInteger asked = new AtomicInteger();
        BlockingQueue<Boolean> left = new LinkedBlockingQueue<>();
        both(call -> {
            if (asked.getAndIncrement() == 0) {
                beginning.answer(call);
                left.add(call.isLeftWithin(PATIENCE));
            } else {
                call.stream("Hel", "lo").done();
            }
        });
        assertThat(text(events(service.generate(STREAMED)))).isEqualTo("Hello!");
        assertThat(left.poll(30, SECONDS)).isTrue();
        assertThat(asked).hasValue(2);
    }

    static Stream<Arguments> cuts() {
        return Stream.of(
                failure("the connection breaks", call -> call.stream("Hel")),
                failure("a proper end without [DONE]", call -> call.stream("Hel")
                        .end()),
                failure("silence", call -> call.stream("Hel").isLeftWithin(PATIENCE)),
                failure("an error in the stream", call -> call.stream("Hel").frame("{\"error\":{\"code\":500}}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cuts")
    void replica_failsAfterItsFirstToken_streamEndsInAnErrorAndTheRecordHasThePart(
            String name, LlmStub.Behaviour failing) throws Exception {
        both(failing);
        HttpResponse<String> response = service.generate(STREAMED);
        List<Event> events = events(response);
        assertThat(events).extracting(Event::name).containsExactly("sources", "token", "error");
        assertThat(events.get(2).data().get("status").asInt()).isEqualTo(503);
        assertThat(events.get(2).data().get("detail").asText()).contains("not the whole answer");
        assertThat(calls()).hasSize(1);
        JsonNode trace = trace(response);
        assertThat(trace.get("status").asText()).isEqualTo("error");
        assertThat(trace.get("answer").asText()).isEqualTo("Hel");
    }

    @Test
    void replica_failsInThePlainCall_anotherAnswersBecauseTheClientHasNothingYet() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        both(call -> {
            call.stream("Hel");
            if (asked.getAndIncrement() > 0) {
                call.token("lo").done();
            }
        });
        assertThat(JSON.readTree(service.generate(PLAIN).body()).get("answer").asText())
                .isEqualTo("Hello!");
    }

    @Test
    void everyReplica_fails_streamIsA503() throws Exception {
        both(call -> call.refuse(500, "oops"));
        HttpResponse<String> response = service.generate(STREAMED);
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(response.body()).contains("urn:llm-twin:problem:service-unavailable");
        assertThat(calls()).hasSize(2);
    }

    @Test
    void replica_asksForRest_isLeftAloneThatLong() throws Exception {
        ONE.behave(call -> call.refuse(503, "{}", "Retry-After: 30"));
        for (int i = 0; i < 6; i++) {
            assertThat(service.generate(PLAIN).statusCode()).isEqualTo(200);
        }
        assertThat(ONE.calls()).hasSizeLessThanOrEqualTo(1);
        TWO.behave(call -> call.refuse(429, "{}", "Retry-After: 20"));
        HttpResponse<String> refused = service.generate(PLAIN);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(10, 30);
        both(call -> call.stream("x").done());
        assertThat(service.generate(PLAIN).statusCode()).isEqualTo(503);
        assertThat(calls()).isEmpty();
    }

    @Test
    void prompt_tooLongForTheModel_isA422AndNoOtherReplicaIsAsked() throws Exception {
        both(call -> call.refuse(400, "{\"error\":{\"message\":\"long\",\"param\":\"input_tokens\",\"code\":400}}"));
        assertThat(service.generate(PLAIN).statusCode()).isEqualTo(422);
        assertThat(calls()).hasSize(1);
        HttpResponse<String> chat = chat("{\"role\":\"user\",\"content\":\"hello\"}", "");
        assertThat(chat.statusCode()).isEqualTo(422);
        assertThat(JSON.readTree(chat.body()).at("/error/code").asText()).isEqualTo("context_length_exceeded");
    }

    @Test
    void model_silentPastTheDeadline_isA504AndIsLeft() throws Exception {
        BlockingQueue<Boolean> left = new LinkedBlockingQueue<>();
        both(call -> left.add(call.isLeftWithin(PATIENCE)));
        assertThat(service.generate(PLAIN).statusCode()).isEqualTo(504);
        assertThat(left.poll(30, SECONDS)).isTrue();
        assertThat(left.poll(30, SECONDS)).isTrue();
        assertThat(calls()).hasSize(2);
    }

    @Test
    void model_writesPastTheDeadline_streamEndsInAnErrorEvent() throws Exception {
        both(call -> {
            call.stream();
            while (!call.isLeftWithin(Duration.ofMillis(100))) {
                call.token("more ");
            }
        });
        List<Event> events = events(service.generate(STREAMED));
        assertThat(events.get(events.size() - 1).name()).isEqualTo("error");
        assertThat(events.get(events.size() - 1).data().get("status").asInt()).isEqualTo(504);
    }

    @Test
    void client_leavesAPlainCall_theModelIsLeftAndTheRecordSaysSo() throws Exception {
        assertCancelled(PLAIN, call -> {}, client -> {}, "");
    }

    @Test
    void client_leavesBeforeTheFirstToken_theModelIsLeftAndTheRecordSaysSo() throws Exception {
        assertCancelled(STREAMED, LlmStub.Call::stream, client -> client.readUntil("sources"), "");
    }

    @Test
    void client_leavesInMidStream_theModelIsLeftAndTheRecordHasThePart() throws Exception {
        assertCancelled(STREAMED, call -> call.stream("so far"), client -> client.readUntil("so far"), "so far");
    }

    @Test
    void client_pipelinesRequests_allAreAnsweredThoughItsConnectionIsWatched() throws Exception {
        both(call -> {
            CountDownLatch looks = new CountDownLatch(2);
            lifetimes.find(call.requestId()).onTick(looks::countDown);
            assertThat(looks.await(30, SECONDS)).isTrue();
            call.stream("Hello").done();
        });
        try (RawClient client = new RawClient(port).post(GENERATE, PLAIN, PLAIN, PLAIN)) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.readUntil("HTTP/1.1")).contains("200");
            }
        }
    }

    @Test
    void conversation_always_goesToTheSameReplica() throws Exception {
        for (String conversation : List.of("a", "b", "c", "d")) {
            both(call -> call.stream("x").done());
            for (int i = 0; i < 4; i++) {
                service.generate("{\"query\":\"q\",\"enable_rag\":false,\"conversation_id\":\"" + conversation + "\"}");
            }
            assertThat(List.of(ONE.calls().size(), TWO.calls().size())).containsExactlyInAnyOrder(0, 4);
        }
    }

    @Test
    void replica_diesUnderLoad_onlyItsStreamsEndInAnError() throws Exception {
        CountDownLatch enough = new CountDownLatch(1);
        both(call -> {
            call.stream("begun");
            while (!enough.await(50, MILLISECONDS)) {
                call.token(".");
            }
            call.done();
        });
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(new RawClient(port).post(GENERATE, STREAMED));
        }
        for (RawClient client : clients) {
            client.readUntil("begun");
        }
        int lost = ONE.calls().size();
        assertThat(lost).isBetween(1, 19);
        ONE.behave(call -> {});
        TWO.behave(call -> call.stream("Hel", "lo").done());
        ONE.resetConnections();
        for (int i = 0; i < 10; i++) {
            assertThat(service.generate(PLAIN).statusCode()).isEqualTo(200);
        }
        enough.countDown();
        List<String> ends = new ArrayList<>();
        for (RawClient client : clients) {
            String event = client.readUntil("event: ");
            while (event.equals("event: token")) {
                event = client.readUntil("event: ");
            }
            ends.add(event);
            client.close();
        }
        assertThat(ends.stream().filter("event: error"::equals)).hasSize(lost);
        assertThat(ends.stream().filter("event: done"::equals)).hasSize(20 - lost);
    }

    @Test
    void chat_streamed_isWhatOpenAisClientsRead() throws Exception {
        HttpResponse<String> response = chat(
                "{\"role\":\"user\",\"content\":\"hello\"}",
                ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        List<Event> events = events(response);
        JsonNode first = events.get(0).data();
        assertThat(first.get("object").asText()).isEqualTo("chat.completion.chunk");
        assertThat(first.at("/choices/0/delta/role").asText()).isEqualTo("assistant");
        assertThat(first.get("sources").isArray()).isTrue();
        assertThat(first.get("id").asText())
                .isEqualTo("chatcmpl-"
                        + response.headers().firstValue("X-Trace-Id").orElseThrow());
        JsonNode last = events.get(events.size() - 2).data();
        assertThat(events.get(events.size() - 3)
                        .data()
                        .at("/choices/0/finish_reason")
                        .asText())
                .isEqualTo("stop");
        assertThat(last.get("choices")).isEmpty();
        assertThat(last.at("/usage/total_tokens").asInt()).isEqualTo(10);
        assertThat(response.body()).endsWith("data: [DONE]\n\n");
    }

    /** The course ignores what was said before. */
    @Test
    void chat_conversation_reachesTheModelWithItsInstructionsAtItsHead() throws Exception {
        HttpResponse<String> response = chat(
                """
                {"role":"system","content":"Be brief."},
                {"role":"user","content":[{"type":"text","text":"Who"},{"type":"text","text":"wrote it?"}]},
                {"role":"assistant","content":"Ada."},
                {"role":"user","content":"When?"}""",
                ",\"max_completion_tokens\":9,\"top_p\":0.5,\"seed\":3,\"stop\":\"END\",\"user\":\"u\",\"store\":true,\"n\":1");
        JsonNode completion = JSON.readTree(response.body());
        assertThat(completion.get("object").asText()).isEqualTo("chat.completion");
        assertThat(completion.at("/choices/0/message/content").asText()).isEqualTo("Hello!");
        assertThat(completion.at("/usage/total_tokens").asInt()).isEqualTo(10);
        assertThat(completion.get("model").asText()).isEqualTo("llm-twin-no-rag");
        LlmStub.Call call = calls().get(0);
        assertThat(call.request().get("messages").findValuesAsText("role"))
                .containsExactly("user", "assistant", "user");
        assertThat(call.contents().get(0)).isEqualTo("Be brief.\n\nWho\nwrote it?");
        assertThat(call.contents().get(2)).contains("<question>When?</question>");
        assertThat(call.request().get("max_tokens").asInt()).isEqualTo(9);
        assertThat(call.request().get("top_p").asDouble()).isEqualTo(0.5);
        assertThat(call.request().get("seed").asInt()).isEqualTo(3);
        assertThat(call.request().at("/stop/0").asText()).isEqualTo("END");
    }

    /** What it sends to a connection of OpenAI's kind, as its source has it, with what older versions leave in. */
    @Test
    void chat_fromOpenWebUi_isServed() throws Exception {
        HttpResponse<String> response = service.send("POST", CHAT, """
                {"stream":true,"model":"llm-twin-no-rag","stream_options":{"include_usage":true},
                 "messages":[{"role":"system","content":"User context: none"},{"role":"user","content":"Hi"},
                  {"role":"assistant","content":"Hello!"},{"role":"user","content":[{"type":"text","text":"What?"}]}],
                 "temperature":0.8,"max_tokens":100,"stop":["###"],"seed":0,"tools":[],"tool_choice":null,
                 "user":{"name":"Ada","id":"u-1","email":"ada@example.org","role":"user"},
                 "metadata":{"chat_id":"c-1","message_id":"m-1","session_id":"s-1","files":[],"features":{}},
                 "chat_id":"c-1","id":"m-1","session_id":"s-1","files":[{"type":"file","id":"f-1"}],"tool_ids":[],
                 "tool_servers":[],"filter_ids":[],"params":{},"features":{"web_search":false,"memory":false},
                 "variables":{"{{USER_NAME}}":"Ada"},"background_tasks":{"title_generation":true}}
                """);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        List<Event> events = events(response);
        assertThat(events.get(events.size() - 2)
                        .data()
                        .at("/usage/total_tokens")
                        .asInt())
                .isEqualTo(10);
        assertThat(calls().get(0).contents().get(2)).contains("<question>What?</question>");
        assertThat(calls().get(0).request().has("metadata")).isFalse();
    }

    @Test
    void chat_titleForOpenWebUi_isServedInOnePiece() throws Exception {
        HttpResponse<String> response = service.send("POST", CHAT, """
                {"model":"llm-twin-no-rag","messages":[{"role":"user","content":"### Task: a title of 3-5 words"}],
                 "stream":false,"max_completion_tokens":1000}
                """);
        assertThat(JSON.readTree(response.body())
                        .at("/choices/0/message/content")
                        .asText())
                .isEqualTo("Hello!");
    }

    @Test
    void chat_withAPicture_isRefusedByTheNameOfTheField() throws Exception {
        HttpResponse<String> response = chat("""
                {"role":"user","content":[{"type":"text","text":"What is this?"},
                 {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]}""", "");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(response.body()).at("/error/param").asText()).isEqualTo("messages[0].content[1].type");
    }

    @Test
    void chat_followUp_isSearchedAsAQuestionThatStandsAlone() throws Exception {
        both(condensing("<question>When did Ada write it?</question>"));
        HttpResponse<String> response = service.send("POST", CHAT, FOLLOW_UP);
        assertThat(JSON.readTree(response.body()).get("warnings")).isEmpty();
        JsonNode trace = trace(response);
        assertThat(trace.at("/queries/0").asText()).isEqualTo("When did Ada write it?");
        assertThat(trace.get("query").asText()).isEqualTo("When?");
        assertThat(trace.get("prompt").asText()).contains("<question>When?</question>");
    }

    @Test
    void chat_followUpThatTheModelCantRewrite_isSearchedAsItIsAndSaysSo() throws Exception {
        both(condensing("I can only quote."));
        HttpResponse<String> response = service.send("POST", CHAT, FOLLOW_UP);
        assertThat(JSON.readTree(response.body()).at("/warnings/0").asText()).isEqualTo("question_not_condensed");
        assertThat(trace(response).at("/queries/0").asText()).isEqualTo("When?");
    }

    @Test
    void client_leavesWhileAModelRewritesItsQuestion_thatModelIsLeftToo() throws Exception {
        BlockingQueue<Boolean> left = new LinkedBlockingQueue<>();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        both(call -> {
            asked.countDown();
            gone.await(30, SECONDS);
            left.add(call.isLeftWithin(PATIENCE));
        });
        try (RawClient client = new RawClient(port).post(CHAT, FOLLOW_UP)) {
            assertThat(asked.await(30, SECONDS)).isTrue();
        }
        gone.countDown();
        assertThat(left.poll(30, SECONDS)).isTrue();
        await().atMost(PATIENCE).until(() -> service.json("/api/v1/traces?limit=1")
                .at("/traces/0/status")
                .asText()
                .equals("cancelled"));
        assertThat(calls()).hasSize(1);
    }

    private static LlmStub.Behaviour condensing(String answer) {
        return call -> {
            if (call.request().path("stream").asBoolean()) {
                call.stream("Hel", "lo").done();
            } else {
                call.refuse(
                        200, "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"" + answer + "\"}}]}");
            }
        };
    }

    @Test
    void chat_cutInMidStream_endsInAnErrorOfOpenAisForm() throws Exception {
        both(call -> call.stream("Hel"));
        List<Event> events = events(chat("{\"role\":\"user\",\"content\":\"hello\"}", ",\"stream\":true"));
        JsonNode error = events.get(events.size() - 1).data().get("error");
        assertThat(error.get("type").asText()).isEqualTo("server_error");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"n\":2 | n",
                "\"tools\":[{}] | tools",
                "\"logprobs\":true | logprobs",
                "\"response_format\":{\"type\":\"json_object\"} | response_format",
                "\"temperature\":3 | temperature",
                "\"max_tokens\":0 | max_tokens",
                "\"stream\":1 | stream",
                "\"stop\":[1] | stop"
            })
    void chat_whatIsNotThere_isRefusedByName(String field, String param) throws Exception {
        HttpResponse<String> response = chat("{\"role\":\"user\",\"content\":\"hello\"}", "," + field);
        assertThat(response.statusCode()).isEqualTo(400);
        JsonNode error = JSON.readTree(response.body()).get("error");
        assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error.get("param").asText()).isEqualTo(param);
        assertThat(error.get("message").asText()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]}",
                "{\"role\":\"tool\",\"content\":\"x\"}",
                "{\"role\":\"assistant\",\"content\":\"x\"}",
                "{\"role\":\"user\",\"content\":\" \"}",
                "{\"role\":\"user\",\"content\":{}}",
                "{\"content\":\"x\"}"
            })
    void chat_messageThatCantBeRead_isA400(String message) throws Exception {
        HttpResponse<String> response = chat(message, "");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(response.body()).at("/error/param").asText()).startsWith("messages");
    }

    @Test
    void chat_unknownModel_isA404() throws Exception {
        HttpResponse<String> response = service.send(
                "POST", CHAT, "{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(JSON.readTree(response.body()).at("/error/code").asText()).isEqualTo("model_not_found");
    }

    @Test
    void models_always_areTheTwinWithAndWithoutRag() throws Exception {
        assertThat(service.json("/v1/models").get("data").findValuesAsText("id"))
                .containsExactly("llm-twin", "llm-twin-no-rag");
        assertThat(service.json("/v1/models/llm-twin").get("object").asText()).isEqualTo("model");
        assertThat(service.json("/v1/models/other").at("/error/code").asText()).isEqualTo("model_not_found");
        assertThat(service.json("/v1/other").at("/error/type").asText()).isEqualTo("invalid_request_error");
    }

    private void assertCancelled(String body, LlmStub.Behaviour before, ClientAction until, String part)
            throws Exception {
        BlockingQueue<Boolean> left = new LinkedBlockingQueue<>();
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        both(call -> {
            before.answer(call);
            asked.countDown();
            gone.await(30, SECONDS);
            left.add(call.isLeftWithin(PATIENCE));
        });
        try (RawClient client = new RawClient(port).post(GENERATE, body)) {
            assertThat(asked.await(30, SECONDS)).isTrue();
            until.act(client);
        }
        gone.countDown();
        assertThat(left.poll(30, SECONDS)).isTrue();
        await().atMost(PATIENCE).untilAsserted(() -> {
            JsonNode trace = service.json("/api/v1/traces?limit=1").at("/traces/0");
            assertThat(trace.path("status").asText()).isEqualTo("cancelled");
            assertThat(trace.path("answer").asText()).isEqualTo(part);
        });
        assertThat(calls()).hasSize(1);
    }

    @FunctionalInterface
    private interface ClientAction {
        void act(RawClient client) throws IOException;
    }

    private record Event(String name, JsonNode data) {}

    private HttpResponse<String> chat(String messages, String fields) throws Exception {
        return service.send(
                "POST", CHAT, "{\"model\":\"llm-twin-no-rag\",\"messages\":[" + messages + "]" + fields + "}");
    }

    private JsonNode trace(HttpResponse<String> response) throws Exception {
        return service.json(
                "/api/v1/traces/" + response.headers().firstValue("X-Trace-Id").orElseThrow());
    }

    private static List<Event> events(HttpResponse<String> response) throws IOException {
        List<Event> events = new ArrayList<>();
        String name = "";
        for (String line : response.body().lines().toList()) {
            if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("data: ")) {
                String data = line.substring(6);
                events.add(new Event(name, data.equals("[DONE]") ? null : JSON.readTree(data)));
            }
        }
        return events;
    }

    private static String text(List<Event> events) {
        StringBuilder text = new StringBuilder();
        events.stream()
                .filter(event -> event.name().equals("token"))
                .forEach(event -> text.append(event.data().get("token").asText()));
        return text.toString();
    }

    private static void both(LlmStub.Behaviour behaviour) {
        ONE.behave(behaviour);
        TWO.behave(behaviour);
    }

    private static List<LlmStub.Call> calls() {
        List<LlmStub.Call> calls = new ArrayList<>(ONE.calls());
        calls.addAll(TWO.calls());
        return calls;
    }

    private static Arguments failure(String name, LlmStub.Behaviour behaviour) {
        return Arguments.of(name, behaviour);
    }
}
