package io.llmtwin.embedded.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedLlmIT {
    private static final String PROMPT = """
            <source id="1">Sourdough needs flour, water and salt.</source>
            <source id="2">Routes are written in YAML. Camel 4 requires at least Java 17.</source>
            <question>Which Java version does Camel 4 need?</question>""";
    private static final String ANSWER = "Camel 4 requires at least Java 17. [2]";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static OnnxEmbeddingModel embeddings;
    private static EmbeddedLlm llm;

    @BeforeAll
    static void start() {
        embeddings = new OnnxEmbeddingModel();
        llm = EmbeddedLlm.start(0, embeddings);
    }

    @AfterAll
    static void stop() {
        llm.close();
        embeddings.close();
    }

    @Test
    void chat_question_isAnsweredWithUsage() throws Exception {
        HttpResponse<String> response = post("/v1/chat/completions", request(PROMPT), "X-Request-Id", "abc");
        JsonNode body = JSON.readTree(response.body());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(body.path("id").asText()).isEqualTo("chatcmpl-abc");
        assertThat(body.path("object").asText()).isEqualTo("chat.completion");
        assertThat(body.path("model").asText()).isEqualTo("extractive");
        assertThat(body.at("/choices/0/message/role").asText()).isEqualTo("assistant");
        assertThat(body.at("/choices/0/message/content").asText()).isEqualTo(ANSWER);
        assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(body.at("/usage/prompt_tokens").asInt()).isEqualTo(embeddings.countTokens(PROMPT));
        assertThat(body.at("/usage/completion_tokens").asInt()).isEqualTo(embeddings.countTokens(ANSWER));
        assertThat(body.at("/usage/total_tokens").asInt())
                .isEqualTo(embeddings.countTokens(PROMPT) + embeddings.countTokens(ANSWER));
    }

    @Test
    void chat_modelAbsentAndContentInParts_isAnswered() throws Exception {
        ObjectNode request = JSON.createObjectNode().put("temperature", 0.7).put("unheard_of", true);
        request.putArray("messages")
                .addObject()
                .put("role", "user")
                .putArray("content")
                .add(JSON.createObjectNode().put("type", "text").put("text", PROMPT));

        JsonNode body = JSON.readTree(post("/v1/chat/completions", request).body());

        assertThat(body.at("/choices/0/message/content").asText()).isEqualTo(ANSWER);
    }

    @Test
    void chat_stream_hasRoleContentFinishUsageAndDone() throws Exception {
        ObjectNode request = request(PROMPT).put("stream", true);
        request.putObject("stream_options").put("include_usage", true);

        HttpResponse<String> response = post("/v1/chat/completions", request);
        List<JsonNode> frames = frames(response.body());
        List<JsonNode> content = frames.subList(1, frames.size() - 1);
        JsonNode usage = frames.get(frames.size() - 1);

        assertThat(response.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        assertThat(response.body()).endsWith("data: [DONE]\n\n");
        assertThat(frames.get(0).at("/choices/0/delta").toString())
                .isEqualTo("{\"role\":\"assistant\",\"content\":\"\"}");
        assertThat(content.stream()
                        .map(frame -> frame.at("/choices/0/delta/content").asText())
                        .reduce("", String::concat))
                .isEqualTo(ANSWER);
        assertThat(content.get(content.size() - 1)
                        .at("/choices/0/finish_reason")
                        .asText())
                .isEqualTo("stop");
        assertThat(content.subList(0, content.size() - 1)).allSatisfy(frame -> assertThat(
                        frame.at("/choices/0/finish_reason").isNull())
                .isTrue());
        assertThat(usage.path("choices").isEmpty()).isTrue();
        assertThat(usage.at("/usage/completion_tokens").asInt()).isEqualTo(embeddings.countTokens(ANSWER));
        assertThat(frames.stream().map(frame -> frame.path("id").asText()).distinct())
                .hasSize(1);
    }

    @Test
    void chat_streamWithoutUsage_hasNoUsageFrame() throws Exception {
        List<JsonNode> frames =
                frames(post("/v1/chat/completions", request(PROMPT).put("stream", true))
                        .body());

        assertThat(frames).noneMatch(frame -> frame.has("usage"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"max_tokens", "max_completion_tokens"})
    void chat_maxTokens_cutsAtAWord(String field) throws Exception {
        JsonNode body = JSON.readTree(
                post("/v1/chat/completions", request(PROMPT).put(field, 3)).body());

        assertThat(body.at("/choices/0/message/content").asText()).isEqualTo("Camel 4 requires ");
        assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("length");
        assertThat(body.at("/usage/completion_tokens").asInt()).isEqualTo(3);
    }

    @Test
    void chat_stopString_endsBeforeIt() throws Exception {
        ObjectNode request = request(PROMPT);
        request.putArray("stop").add("never").add(" least");

        JsonNode body = JSON.readTree(post("/v1/chat/completions", request).body());

        assertThat(body.at("/choices/0/message/content").asText()).isEqualTo("Camel 4 requires at");
        assertThat(body.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void chat_unknownModel_is404() throws Exception {
        HttpResponse<String> response =
                post("/v1/chat/completions", request(PROMPT).put("model", "gpt-4o"));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(JSON.readTree(response.body())).isEqualTo(JSON.readTree("""
                                {"error": {"message": "The model `gpt-4o` does not exist.", "type": "NotFoundError",
                                 "param": "model", "code": 404}}"""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{} {}",
                "{}",
                "{\"messages\": []}",
                "{\"messages\": \"hi\"}",
                "{\"messages\": [\"hi\"]}",
                "{\"messages\": [{\"content\": \"hi\"}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": 1}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"n\": 2}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"max_tokens\": 0}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"max_tokens\": \"many\"}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"stop\": 1}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"stream\": \"yes\"}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"stream_options\": 1}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"model\": 1}"
            })
    void chat_badRequest_is400(String body) throws Exception {
        HttpResponse<String> response = send("/v1/chat/completions", body);
        JsonNode error = JSON.readTree(response.body()).path("error");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(error.path("message").asText()).isNotBlank();
        assertThat(error.path("type").asText()).isEqualTo("BadRequestError");
        assertThat(error.path("code").asInt()).isEqualTo(400);
        assertThat(error.has("param")).isTrue();
    }

    @Test
    void chat_promptOverTheLimit_is400EvenWhenStreaming() throws Exception {
        HttpResponse<String> response =
                post("/v1/chat/completions", request("word ".repeat(32_768 + 1)).put("stream", true));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(JSON.readTree(response.body()).at("/error/param").asText()).isEqualTo("input_tokens");
    }

    @Test
    void chat_bodyOverEightMebibytes_is413() throws Exception {
        assertThat(post("/v1/chat/completions", request("x".repeat(9_000_000))).statusCode())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x", "word ", "\uD83D\uDE00", "\u4E2D", "\uD800", "\u0000", "\u202E\u0301", "<source id=\"1\">",
                "<source id=\"1\">a b c.</source>", "<question>", "<query>", "\n", "?\n", "# ", "}", "e.g. "
            })
    void chat_aMegabyteOfAnything_isNeitherSlowNorAFailure(String piece) throws Exception {
        String text = piece.repeat(1_000_000 / piece.length()) + "<question>Which Java version?</question>";
        Instant start = Instant.now();

        int status = post("/v1/chat/completions", request(text)).statusCode();

        assertThat(status).isIn(200, 400);
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void chat_thousandsOfSources_isAnsweredFromTheRightOne() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 1_200; i++) {
            text.append("<source id=\"").append(i).append("\">Loaf ").append(i).append(" rose well.</source>");
        }
        String prompt = text + "<source id=\"1201\">Camel 4 requires at least Java 17.</source>"
                + "<question>Which Java version does Camel 4 need?</question>";

        JsonNode body =
                JSON.readTree(post("/v1/chat/completions", request(prompt)).body());

        assertThat(body.at("/choices/0/message/content").asText())
                .isEqualTo("Camel 4 requires at least Java 17. [1201]");
    }

    @Test
    void chat_clientHangsUp_serverKeepsServing() throws Exception {
        byte[] body = JSON.writeValueAsBytes(request(PROMPT).put("stream", true));
        for (int i = 0; i < 20; i++) {
            try (Socket socket =
                    new Socket(InetAddress.getLoopbackAddress(), llm.baseUrl().getPort())) {
                OutputStream out = socket.getOutputStream();
                out.write(
                        ("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                out.write(body);
                out.flush();
                socket.setSoLinger(true, 0);
            }
        }

        assertThat(get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void models_list_hasTheOneModel() throws Exception {
        JsonNode model = JSON.readTree(get("/v1/models").body()).at("/data/0");

        assertThat(model.path("id").asText()).isEqualTo("extractive");
        assertThat(model.path("root").asText()).isEqualTo("extractive");
        assertThat(model.path("parent").isNull()).isTrue();
        assertThat(model.path("max_model_len").asInt()).isEqualTo(32_768);
    }

    @Test
    void health_get_isEmpty200() throws Exception {
        HttpResponse<String> response = get("/health");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void tokenize_promptAndMessages_countTheSame() throws Exception {
        JsonNode prompt = JSON.readTree(post(
                        "/tokenize",
                        JSON.createObjectNode().put("model", "extractive").put("prompt", PROMPT))
                .body());
        JsonNode messages = JSON.readTree(post("/tokenize", request(PROMPT)).body());

        assertThat(prompt.path("count").asInt()).isEqualTo(embeddings.countTokens(PROMPT));
        assertThat(prompt.path("tokens")).hasSize(prompt.path("count").asInt());
        assertThat(prompt.path("max_model_len").asInt()).isEqualTo(32_768);
        assertThat(messages).isEqualTo(prompt);
    }

    @Test
    void tokenize_textBeyondTheEmbeddingModelsWindow_isCountedWhole() throws Exception {
        JsonNode answer =
                JSON.readTree(post("/tokenize", JSON.createObjectNode().put("prompt", "word ".repeat(3_000)))
                        .body());

        assertThat(answer.path("count").asInt()).isEqualTo(3_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/v1/models/extractive", "/v1/embeddings", "/rerank", "/v1/rerank", "/score"})
    void route_unknown_is404(String path) throws Exception {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).isEqualTo("{\"detail\":\"Not Found\"}");
    }

    @Test
    void route_wrongMethod_is405() throws Exception {
        assertThat(get("/v1/chat/completions").statusCode()).isEqualTo(405);
        assertThat(get("/tokenize").statusCode()).isEqualTo(405);
        assertThat(post("/v1/models", JSON.createObjectNode()).statusCode()).isEqualTo(405);
        HttpRequest head = HttpRequest.newBuilder(uri("/v1/nothing"))
                .method("HEAD", BodyPublishers.noBody())
                .build();
        assertThat(CLIENT.send(head, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
    }

    @Test
    void langchain4j_chat_reads() {
        OpenAiChatModel model = OpenAiChatModel.builder()
                .baseUrl(llm.baseUrl().toString())
                .apiKey("none")
                .modelName(EmbeddedLlm.EXTRACTIVE)
                .build();

        ChatResponse response = model.chat(SystemMessage.from("You are the author's twin."), UserMessage.from(PROMPT));

        assertThat(response.aiMessage().text()).isEqualTo(ANSWER);
        assertThat(response.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(embeddings.countTokens(ANSWER));
        assertThat(model.chat("Give <query>…</query> lines.\n<question>How do I tune HNSW for recall?</question>"))
                .isEqualTo("<query>tune HNSW recall</query>");
    }

    @Test
    void langchain4j_stream_reads() throws Exception {
        OpenAiStreamingChatModel model = OpenAiStreamingChatModel.builder()
                .baseUrl(llm.baseUrl().toString())
                .apiKey("none")
                .modelName(EmbeddedLlm.EXTRACTIVE)
                .build();
        List<String> parts = new ArrayList<>();
        CompletableFuture<ChatResponse> done = new CompletableFuture<>();

        model.chat(PROMPT, new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String part) {
                parts.add(part);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                done.complete(response);
            }

            @Override
            public void onError(Throwable error) {
                done.completeExceptionally(error);
            }
        });
        ChatResponse response = done.get(10, TimeUnit.SECONDS);

        assertThat(parts).hasSizeGreaterThan(3);
        assertThat(String.join("", parts)).isEqualTo(ANSWER);
        assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(embeddings.countTokens(ANSWER));
    }

    private static ObjectNode request(String prompt) {
        ObjectNode request = JSON.createObjectNode().put("model", EmbeddedLlm.EXTRACTIVE);
        request.putArray("messages").addObject().put("role", "user").put("content", prompt);
        return request;
    }

    private static List<JsonNode> frames(String body) throws IOException {
        List<JsonNode> frames = new ArrayList<>();
        for (String event : body.split("\n\n", -1)) {
            if (event.startsWith("data: {")) {
                frames.add(JSON.readTree(event.substring("data: ".length())));
            }
        }
        return frames;
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, ObjectNode body, String... headers) throws Exception {
        return send(path, JSON.writeValueAsString(body), headers);
    }

    private static HttpResponse<String> send(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static URI uri(String path) {
        return llm.baseUrl().resolve(path);
    }
}
