package io.llmtwin.embedded.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** With a real model, where {@code LLM_TWIN_TEST_GGUF} names one: any small one that is trained to chat. */
@EnabledIfEnvironmentVariable(
        named = "LLM_TWIN_TEST_GGUF",
        matches = ".+",
        disabledReason = "LLM_TWIN_TEST_GGUF names no model; CONTRIBUTING.md says how to get one")
class LlamaProcessIT {
    private static final int MAX_TOKENS = 2_176;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private static Path folder;

    private static LlamaProcess llama;

    @BeforeAll
    static void start() {
        llama = LlamaProcess.start(
                new LlamaSettings(System.getenv("LLM_TWIN_TEST_GGUF"), null, folder, 0, MAX_TOKENS, 2));
        awaitReady(llama);
    }

    @AfterAll
    static void stop() {
        llama.close();
    }

    @Test
    void chat_question_isAnsweredWithUsage() throws Exception {
        ObjectNode request = chat("What is the capital of France?", 40).put("temperature", 0);
        JsonNode body = JSON.readTree(post("/v1/chat/completions", request));

        assertThat(body.path("model").asText()).isEqualTo(llama.model());
        assertThat(body.at("/choices/0/message/content").asText()).isNotBlank();
        assertThat(body.at("/choices/0/finish_reason").asText()).isIn("stop", "length");
        assertThat(body.at("/usage/prompt_tokens").asInt()).isPositive();
        assertThat(body.at("/usage/completion_tokens").asInt()).isBetween(1, 40);
    }

    @Test
    void chat_fewerTokensThanTheAnswerTakes_isCutAndSaysSo() throws Exception {
        JsonNode body = JSON.readTree(post("/v1/chat/completions", chat("Count from one to one hundred.", 5)));

        assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("length");
        assertThat(body.at("/usage/completion_tokens").asInt()).isEqualTo(5);
    }

    @Test
    void chat_streamed_comesPieceByPieceWithUsageAtTheEnd() throws Exception {
        ObjectNode request = chat("What is the capital of France?", 12).put("stream", true);
        request.putObject("stream_options").put("include_usage", true);

        List<JsonNode> frames = new ArrayList<>();
        for (String line : post("/v1/chat/completions", request).split("\n")) {
            if (line.startsWith("data: {")) {
                frames.add(JSON.readTree(line.substring("data: ".length())));
            }
        }

        assertThat(frames).hasSizeGreaterThan(4);
        assertThat(frames.get(0).at("/choices/0/delta/role").asText()).isEqualTo("assistant");
        assertThat(frames.get(frames.size() - 2).at("/choices/0/finish_reason").asText())
                .isIn("stop", "length");
        assertThat(frames.get(frames.size() - 1).at("/usage/completion_tokens").asInt())
                .isBetween(1, 12);
    }

    @Test
    void chat_promptOverTheLimit_isRefusedRatherThanCut() throws Exception {
        HttpResponse<String> response = send("/v1/chat/completions", chat("word ".repeat(MAX_TOKENS), 5));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("input_tokens");
    }

    @Test
    void chat_sameSeed_saysTheSame() throws Exception {
        ObjectNode request = chat("Tell me a story.", 12)
                .put("seed", 7)
                .put("temperature", 0.8)
                .put("top_p", 0.9);

        String first = JSON.readTree(post("/v1/chat/completions", request))
                .at("/choices/0/message/content")
                .asText();

        assertThat(JSON.readTree(post("/v1/chat/completions", request))
                        .at("/choices/0/message/content")
                        .asText())
                .isEqualTo(first);
    }

    @Test
    void chat_clientThatHangsUp_freesTheModel() throws Exception {
        ObjectNode endless =
                chat("Write a very long story about the sea.", MAX_TOKENS).put("stream", true);
        HttpResponse<InputStream> stream =
                CLIENT.send(request("/v1/chat/completions", endless), HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && !line.contains("\"content\":\"") || line != null && line.contains("\"role\"")) {
                line = lines.readLine();
            }
        }

        JsonNode next = JSON.readTree(post("/v1/chat/completions", chat("Say yes.", 3)));

        assertThat(next.at("/usage/completion_tokens").asInt()).isBetween(1, 3);
    }

    @Test
    void tokenize_textBeyondAscii_losesNothing() throws Exception {
        String question = "¿Qué es la señal 🎉 de 東京?";
        int plain = count(JSON.createObjectNode().put("prompt", question));
        int framed = count(chat(question, 1));
        int framedEmpty = count(chat("", 1));

        assertThat(framed).isEqualTo(framedEmpty + plain);
    }

    @Test
    void child_killed_isStartedAgainOnTheSamePort() throws Exception {
        URI before = llama.baseUrl();
        long pid = llama.pid().orElseThrow();

        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        await().atMost(PATIENCE)
                .until(() -> llama.pid().isPresent() && llama.pid().getAsLong() != pid && isHealthy(llama));
        assertThat(llama.baseUrl()).isEqualTo(before);
        assertThat(post("/v1/chat/completions", chat("Say yes.", 3))).contains("chat.completion");
    }

    @Test
    void close_childIsGone() {
        LlamaProcess other = LlamaProcess.start(
                new LlamaSettings(System.getenv("LLM_TWIN_TEST_GGUF"), null, folder, 0, MAX_TOKENS, 1));
        ProcessHandle child = ProcessHandle.of(other.pid().orElseThrow()).orElseThrow();

        other.close();

        await().atMost(PATIENCE).until(() -> !child.isAlive());
    }

    @Test
    void start_fileThatIsNotThere_saysSo() {
        try (LlamaProcess other = LlamaProcess.start(
                new LlamaSettings(folder.resolve("none.gguf").toString(), null, folder, 0, MAX_TOKENS, 1))) {
            await().atMost(PATIENCE).until(() -> other.state().contains("there is no file"));
        }
    }

    private static void awaitReady(LlamaProcess process) {
        await().atMost(PATIENCE).until(() -> isHealthy(process));
    }

    private static boolean isHealthy(LlamaProcess process) {
        try {
            return CLIENT.send(
                                    HttpRequest.newBuilder(process.baseUrl().resolve("/health"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static int count(ObjectNode request) throws Exception {
        return JSON.readTree(post("/tokenize", request)).path("count").asInt();
    }

    private static ObjectNode chat(String question, int maxTokens) {
        ObjectNode request = JSON.createObjectNode().put("model", llama.model()).put("max_tokens", maxTokens);
        request.putArray("messages").addObject().put("role", "user").put("content", question);
        return request;
    }

    private static String post(String path, JsonNode body) throws Exception {
        HttpResponse<String> response = send(path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private static HttpResponse<String> send(String path, JsonNode body) throws Exception {
        return CLIENT.send(request(path, body), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest request(String path, JsonNode body) throws IOException {
        return HttpRequest.newBuilder(llama.baseUrl().resolve(path))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
    }
}
