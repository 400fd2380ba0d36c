package io.llmtwin.retrieval;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.http.client.jdk.JdkHttpClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server on loopback. */
class RerankServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COHERE = """
            {"id":"x","results":[{"index":1,"relevance_score":0.9},{"index":0,"relevance_score":0.2}],"meta":{}}""";
    private static final String TEI = "[{\"index\":1,\"score\":0.9},{\"index\":0,\"score\":0.2}]";

    private final List<JsonNode> requests = Collections.synchronizedList(new ArrayList<>());
    private final List<String> paths = Collections.synchronizedList(new ArrayList<>());
    private final List<String> keys = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer http;
    private volatile Function<JsonNode, Reply> behaviour = request -> new Reply(200, COHERE);

    @BeforeEach
    void start() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", this::answer);
        http.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        http.stop(0);
    }

    @Test
    void request_inCoheresDialect_hasModelQueryAndDocuments() {
        assertThat(scores(server("/v1/rerank", "bge-reranker", "sk-secret"))).containsExactly(0.2, 0.9);
        JsonNode request = requests.get(0);
        assertThat(request.get("model").asText()).isEqualTo("bge-reranker");
        assertThat(request.get("query").asText()).isEqualTo("question");
        assertThat(request.get("documents")).extracting(JsonNode::asText).containsExactly("a", "b");
        assertThat(request.get("top_n").asInt()).isEqualTo(2);
        assertThat(keys).containsExactly("Bearer sk-secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/rerank", "/rerank/"})
    void url_withOrWithoutTheCallsPath_isCalledThere(String path) {
        scores(server(path, null, null));
        assertThat(paths).containsExactly("/rerank");
    }

    @Test
    void url_withABasePath_isCalledBelowIt() {
        scores(server("/v2/", null, null));
        assertThat(paths).containsExactly("/v2/rerank");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 422})
    void serverThatTakesTexts_isAskedInItsDialectFromThenOn(int refusal) {
        behaviour = request -> request.has("texts") ? new Reply(200, TEI) : new Reply(refusal, "missing field `texts`");
        RerankServer server = server("", null, null);
        assertThat(scores(server)).containsExactly(0.2, 0.9);
        assertThat(scores(server)).containsExactly(0.2, 0.9);
        assertThat(requests).hasSize(3);
        assertThat(requests.get(2).get("texts")).extracting(JsonNode::asText).containsExactly("a", "b");
        assertThat(requests.get(2).has("documents")).isFalse();
    }

    @Test
    void result_leftOut_isScoredBelowAllOthers() {
        behaviour = request -> new Reply(200, "{\"results\":[{\"index\":1,\"relevance_score\":-3.5}]}");
        List<Double> scores = scores(server("", null, null));
        assertThat(scores.get(1)).isEqualTo(-3.5);
        assertThat(scores.get(0)).isLessThan(-3.5).isFinite();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"results\":[{\"index\":2,\"relevance_score\":1}]}",
                "{\"results\":[{\"index\":-1,\"relevance_score\":1}]}",
                "{\"results\":[{\"index\":1,\"relevance_score\":1},{\"index\":1,\"relevance_score\":0}]}",
                "{\"results\":[{\"index\":\"1\",\"relevance_score\":1}]}",
                "{\"results\":[{\"index\":0.5,\"relevance_score\":1}]}",
                "{\"results\":[{\"relevance_score\":1}]}",
                "{\"results\":[{\"index\":1}]}",
                "{\"results\":[{\"index\":1,\"relevance_score\":\"high\"}]}",
                "{\"results\":[{\"index\":1,\"relevance_score\":1e999}]}",
                "{\"results\":[]}",
                "{\"results\":\"none\"}",
                "[]",
                "{}",
                "null",
                "",
                "<html>"
            })
    void answer_thatIsNoRankingOfWhatWasSent_fails(String answer) {
        behaviour = request -> new Reply(200, answer);
        assertThatThrownBy(() -> scores(server("", null, null))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void failure_ofTheServer_isNotAskedAgainAndTellsNoKey() {
        behaviour = request -> new Reply(503, "busy");
        assertThatThrownBy(() -> scores(server("", null, "sk-secret")))
                .message()
                .doesNotContain("sk-secret");
        assertThat(requests).hasSize(1);
    }

    @Test
    void server_thatDoesNotAnswer_failsWithinTheTimeout() {
        behaviour = request -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new Reply(200, COHERE);
        };
        assertThatThrownBy(() -> scores(server("", null, null, Duration.ofMillis(50))))
                .isInstanceOf(RuntimeException.class);
    }

    private static List<Double> scores(RerankServer server) {
        return server.scoreAll(List.of(TextSegment.from("a"), TextSegment.from("b")), "question")
                .content();
    }

    private RerankServer server(String path, String model, String key) {
        return server(path, model, key, Duration.ofSeconds(30));
    }

    private RerankServer server(String path, String model, String key, Duration timeout) {
        return new RerankServer(
                JdkHttpClient.builder()
                        .connectTimeout(timeout)
                        .readTimeout(timeout)
                        .build(),
                URI.create("http://127.0.0.1:" + http.getAddress().getPort() + path),
                model,
                key);
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode request = JSON.readTree(exchange.getRequestBody());
        requests.add(request);
        paths.add(exchange.getRequestURI().getPath());
        keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
        Reply reply = behaviour.apply(request);
        byte[] body = reply.body().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private record Reply(int status, String body) {}
}
