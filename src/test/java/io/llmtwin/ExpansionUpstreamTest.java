package io.llmtwin;

import static io.llmtwin.LoopbackServer.completion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.llmtwin.ExpansionSettings.Provider;
import io.llmtwin.LoopbackServer.Reply;
import io.llmtwin.LoopbackServer.Request;
import io.llmtwin.llm.LlmServer;
import io.llmtwin.llm.LlmSettings;
import io.llmtwin.pipeline.PipelineSettings;
import io.llmtwin.retrieval.BoundedChatModel;
import io.llmtwin.retrieval.BoundedServers;
import io.llmtwin.retrieval.RetrievalSettings;
import io.llmtwin.tracing.UpstreamTracing;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which expansion model is asked, and how, over stand-ins of the providers' wires on loopback. */
class ExpansionUpstreamTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ExpansionUpstream upstream = new ExpansionUpstream();
    private final BoundedServers servers =
            new BoundedServers(CircuitBreakerRegistry.ofDefaults(), UnaryOperator.identity());
    private LoopbackServer server;

    @BeforeEach
    void start() throws Exception {
        server = new LoopbackServer(request -> completion("hello"));
    }

    @AfterEach
    void stop() {
        servers.close();
        server.close();
    }

    @Test
    void nothingSet_theAnsweringModelsFirstReplica_isAsked() {
        assertThat(ask(settings(Provider.OPENAI, null, null, null))).isEqualTo("hello");
        Request request = server.requests().get(0);
        assertThat(request.path()).isEqualTo("/v1/chat/completions");
        assertThat(request.body().get("model").asText()).isEqualTo("twin");
        assertThat(request.authorization()).isEqualTo("Bearer sk-llm");
    }

    @Test
    void ownUrl_isAskedWithItsOwnKeyAndModel() {
        assertThat(ask(settings(Provider.OPENAI, server.url("/other/v1"), "small", null)))
                .isEqualTo("hello");
        Request request = server.requests().get(0);
        assertThat(request.path()).isEqualTo("/other/v1/chat/completions");
        assertThat(request.body().get("model").asText()).isEqualTo("small");
        assertThat(request.authorization()).isEqualTo("Bearer none");
    }

    @Test
    void huggingFacesRouter_isAskedOverOpenAisWireWithTheCoursesToken() {
        assertThat(ask(settings(Provider.HUGGINGFACE, server.url("/v1"), "org/model", "hf_1")))
                .isEqualTo("hello");
        Request request = server.requests().get(0);
        assertThat(request.path()).isEqualTo("/v1/chat/completions");
        assertThat(request.body().get("model").asText()).isEqualTo("org/model");
        assertThat(request.authorization()).isEqualTo("Bearer hf_1");
    }

    @Test
    void huggingFacesInferenceApi_isAskedOverItsOwnWire() {
        server.behave(request -> new Reply(200, "[{\"generated_text\":\"<query>a</query>\"}]"));
        assertThat(ask(settings(Provider.HUGGINGFACE_INFERENCE, server.url("/hf-inference"), "org/model", "hf_1")))
                .isEqualTo("<query>a</query>");
        Request request = server.requests().get(0);
        JsonNode body = request.body();
        assertThat(request.path()).isIn("/hf-inference/models/org/model", "/hf-inference/models/org%2Fmodel");
        assertThat(request.authorization()).isEqualTo("Bearer hf_1");
        assertThat(body.get("inputs").asText()).isEqualTo("hi");
    }

    @Test
    void shortDeadline_model_hasAShareOfItOnly() {
        CountDownLatch release = new CountDownLatch(1);
        server.behave(request -> {
            awaitLatch(release);
            return completion("late");
        });
        BoundedChatModel model = model(
                settings(Provider.OPENAI, null, null, null),
                new PipelineSettings(null, Duration.ofSeconds(1), Duration.ZERO));
        assertThatThrownBy(() -> model.chat("hi"))
                .satisfiesAnyOf(e -> assertThat(e).isInstanceOf(CancellationException.class), e -> assertThat(e)
                        .isInstanceOf(dev.langchain4j.exception.TimeoutException.class));
        release.countDown();
    }

    @Test
    void limit_whereOnlyTheEmbeddedModelIs_isTheQuestionAlone() {
        RetrievalSettings three = new RetrievalSettings(15, 4, 3);
        LlmSettings embedded = new LlmSettings(List.of(), "llm-twin", null, TIMEOUT, TIMEOUT);
        LlmSettings real = new LlmSettings(List.of(server.url("/v1")), "llm-twin", null, TIMEOUT, TIMEOUT);
        assertThat(upstream.expansionLimit(settings(Provider.OPENAI, null, null, null), three, embedded)
                        .queries())
                .isEqualTo(1);
        assertThat(upstream.expansionLimit(settings(Provider.OPENAI, server.url("/v1"), null, null), three, embedded)
                        .queries())
                .isEqualTo(3);
        assertThat(upstream.expansionLimit(settings(Provider.OPENAI, null, null, null), three, real)
                        .queries())
                .isEqualTo(3);
    }

    @Test
    void settings_huggingFaceWithoutAToken_areRefused() {
        assertThatThrownBy(() -> settings(Provider.HUGGINGFACE, null, "org/model", null))
                .hasMessageContaining("HUGGINGFACE_ACCESS_TOKEN");
    }

    @Test
    void settings_shown_hideEveryKey() {
        assertThat(settings(Provider.HUGGINGFACE, null, "org/model", "hf_secret")
                        .toString())
                .doesNotContain("hf_secret");
    }

    private String ask(ExpansionSettings settings) {
        return model(settings, new PipelineSettings(null, Duration.ofSeconds(60), Duration.ZERO))
                .chat("hi");
    }

    private BoundedChatModel model(ExpansionSettings settings, PipelineSettings pipeline) {
        return upstream.expansionModel(settings, llm(), pipeline, servers, UpstreamTracing.OFF);
    }

    private LlmServer llm() {
        return new LlmServer(List.of(server.url("/v1")), "twin", "sk-llm");
    }

    private static ExpansionSettings settings(Provider provider, URI url, String model, String token) {
        return new ExpansionSettings(provider, url, model, null, null, null, token, TIMEOUT);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
