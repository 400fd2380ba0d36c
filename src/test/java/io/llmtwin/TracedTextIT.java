package io.llmtwin;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.OtlpReceiver.Received;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Traces with the prompt and the answer, which somebody has asked for, and a receiver that comes and goes. */
@ExtendWith(OutputCaptureExtension.class)
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "MANAGEMENT_SERVER_PORT=0",
            "LLM_TWIN_CORPUS=none",
            "EXPAND_N_QUERY=1",
            "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true",
            "OTEL_BSP_SCHEDULE_DELAY=50",
            "OTEL_BSP_MAX_QUEUE_SIZE=64",
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE=16",
            // off in Spring's tests unless told otherwise
            "management.prometheus.metrics.export.enabled=true"
        })
class TracedTextIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String QUESTION = "{\"query\":\"Who is the keeper?\",\"enable_rag\":false}";
    private static final OtlpReceiver RECEIVER = new OtlpReceiver();
    private static final LlmStub LLM = new LlmStub();

    private final RunningService service;

    TracedTextIT(@Value("${local.server.port}") int port, @Value("${local.management.port}") int managementPort) {
        this.service = new RunningService(port, managementPort);
    }

    @DynamicPropertySource
    static void addresses(DynamicPropertyRegistry properties) {
        properties.add("LLM_TWIN_HOME", RunningService::newHome);
        properties.add("LLM_URLS", LLM::baseUrl);
        properties.add("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", () -> RECEIVER.url() + "/v1/traces");
    }

    @AfterAll
    static void stopServers() throws IOException {
        RECEIVER.close();
        LLM.close();
    }

    @BeforeEach
    void answerWell() {
        LLM.behave(call -> call.stream("Ask ada@example.com").done());
        RECEIVER.answer(200);
    }

    @Test
    void promptAndAnswer_whereTheyAreAskedFor_areOnTheSpanAfterRedaction() throws Exception {
        Received llm = completion(ask("{\"query\":\"Is bob@example.com a keeper?\",\"enable_rag\":false,"
                + "\"conversation_id\":\"eve@example.com\"}"));

        JsonNode input = JSON.readTree(llm.at("gen_ai.input.messages").toString());
        assertThat(input.at("/0/role").asText()).isEqualTo("user");
        assertThat(input.at("/0/parts/0/content").asText()).contains("Is [e-mail] a keeper?");
        JsonNode output = JSON.readTree(llm.at("gen_ai.output.messages").toString());
        assertThat(output.at("/0/role").asText()).isEqualTo("assistant");
        assertThat(output.at("/0/parts/0/content").asText()).isEqualTo("Ask [e-mail]!");
        assertThat(output.at("/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(llm.at("gen_ai.conversation.id")).isEqualTo("[e-mail]");
    }

    @Test
    void request_thatIsNotToBeMonitored_hasNoTextOnItsSpans() throws Exception {
        HttpResponse<String> response = ask("{\"query\":\"Who is the keeper?\",\"enable_rag\":false,"
                + "\"enable_monitoring\":false,\"conversation_id\":\"talk-7\"}");

        assertThat(RECEIVER.trace(completion(response).traceId())).isNotEmpty().allSatisfy(received -> assertThat(
                        received.span().toString())
                .doesNotContain("keeper")
                .doesNotContain("Ask")
                .doesNotContain("talk-7"));
    }

    @Test
    void receiver_thatFails_costsAnswersNothingAndIsLoggedOnce(CapturedOutput log) throws Exception {
        RECEIVER.answer(500);
        ask(QUESTION);
        await().atMost(ofSeconds(30)).untilAsserted(() -> assertThat(service.metrics())
                .containsPattern("llm_twin_spans_total\\{outcome=\"failed\"\\} [1-9]"));
        RECEIVER.hang();
        for (int i = 0; i < 100; i++) {
            ask(QUESTION);
        }
        assertThat(service.metrics()).containsPattern("llm_twin_spans_total\\{outcome=\"dropped\"\\} [1-9]");
        assertThat(log.getOut().lines().filter(line -> line.contains("traces can't be exported")))
                .hasSize(1);
        assertThat(log.getOut()).doesNotContain("io.opentelemetry");

        RECEIVER.answer(200);
        RECEIVER.goOn();
        await().atMost(ofSeconds(60)).until(() -> service.metrics().contains("llm_twin_spans_waiting 0.0"));
        completion(ask(QUESTION));
    }

    private HttpResponse<String> ask(String body) throws IOException, InterruptedException {
        HttpResponse<String> response = service.generate(body);
        assertThat(response.statusCode()).isEqualTo(200);
        return response;
    }

    /** The span of the language model in the trace of the request that got {@code response}. */
    private static Received completion(HttpResponse<String> response) {
        String id = response.headers().firstValue("X-Trace-Id").orElseThrow();
        await().atMost(ofSeconds(30))
                .until(() -> RECEIVER.spans().stream().anyMatch(span -> id.equals(span.at("llm_twin.trace_id"))));
        String trace = RECEIVER.spans().stream()
                .filter(span -> id.equals(span.at("llm_twin.trace_id")))
                .findFirst()
                .orElseThrow()
                .traceId();
        List<Received> found = RECEIVER.trace(trace).stream()
                .filter(span -> span.name().equals("chat llm-twin"))
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }
}
