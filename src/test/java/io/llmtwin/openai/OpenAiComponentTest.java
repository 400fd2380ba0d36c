package io.llmtwin.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a loopback server that answers as OpenAI's does. */
class OpenAiComponentTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] PIXEL = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

    @TempDir
    private Path folder;

    private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private CamelContext context;
    private ProducerTemplate template;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/chat/completions", this::serve);
        server.start();
        context = new DefaultCamelContext();
        context.start();
        template = context.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        context.stop();
        server.stop(0);
    }

    @Test
    void call_body_isTheQuestionAndBecomesTheAnswer() {
        Exchange answered = ask("model=small&apiKey=key-1&temperature=0.5&topP=0.9&maxTokens=7", "Why Camel?");

        assertThat(answered.getMessage().getBody()).isEqualTo("Because of its routes.");
        assertThat(answered.getMessage().getHeader("CamelOpenAIResponseModel")).isEqualTo("small-1");
        assertThat(answered.getMessage().getHeader("CamelOpenAIResponseId")).isEqualTo("chatcmpl-1");
        assertThat(answered.getMessage().getHeader("CamelOpenAIFinishReason")).isEqualTo("stop");
        assertThat(answered.getMessage().getHeader("CamelOpenAIPromptTokens")).isEqualTo(3L);
        assertThat(answered.getMessage().getHeader("CamelOpenAICompletionTokens"))
                .isEqualTo(4L);
        assertThat(answered.getMessage().getHeader("CamelOpenAITotalTokens")).isEqualTo(7L);
        assertThat(answered.getProperty("CamelOpenAIResponse")).isNull();
        JsonNode request = requests.get(0);
        assertThat(request.path("model").asText()).isEqualTo("small");
        assertThat(request.path("temperature").asDouble()).isEqualTo(0.5);
        assertThat(request.path("top_p").asDouble()).isEqualTo(0.9);
        assertThat(request.path("max_tokens").asInt()).isEqualTo(7);
        assertThat(request.path("messages")).hasSize(1);
        assertThat(request.at("/messages/0/content").asText()).isEqualTo("Why Camel?");
        assertThat(keys).containsExactly("Bearer key-1");
    }

    @Test
    void call_headers_winOverOptions() {
        Exchange answered = template.request(uri("model=small&userMessage=option&systemMessage=option"), exchange -> {
            exchange.getMessage().setBody("body");
            exchange.getMessage().setHeader("CamelOpenAIModel", "large");
            exchange.getMessage().setHeader("CamelOpenAIUserMessage", "asked");
            exchange.getMessage().setHeader("CamelOpenAISystemMessage", "be brief");
            exchange.getMessage().setHeader("CamelOpenAIDeveloperMessage", "in French");
        });

        assertThat(answered.getException()).isNull();
        JsonNode request = requests.get(0);
        assertThat(request.path("model").asText()).isEqualTo("large");
        assertThat(request.path("messages").findValuesAsText("role")).containsExactly("system", "developer", "user");
        assertThat(request.path("messages").findValuesAsText("content"))
                .containsExactly("be brief", "in French", "asked");
    }

    @Test
    void call_componentsSettings_holdForEndpoints() {
        OpenAiComponent openai = context.getComponent("openai", OpenAiComponent.class);
        openai.setModel("house");
        openai.setApiKey("key-2");
        openai.setBaseUrl(baseUrl());

        assertThat(template.requestBody("openai:chat-completion", "Why?", String.class))
                .isNotEmpty();
        assertThat(requests.get(0).path("model").asText()).isEqualTo("house");
        assertThat(keys).containsExactly("Bearer key-2");
    }

    @Test
    void call_streaming_givesAnIteratorOfChunks() throws Exception {
        List<String> pieces = new CopyOnWriteArrayList<>();
        String uri = uri("model=small&streaming=true");
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:stream").to(uri).split(body()).streaming().process(exchange -> exchange.getMessage()
                        .getBody(ChatCompletionChunk.class)
                        .choices()
                        .forEach(choice -> choice.delta().content().ifPresent(pieces::add)));
            }
        });

        template.sendBody("direct:stream", "Why?");

        assertThat(pieces).containsExactly("Because", " of", " its routes.");
        assertThat(requests.get(0).path("stream").asBoolean()).isTrue();
    }

    @Test
    void call_conversationMemory_remembersWithinTheExchange() {
        String uri = uri("model=small&conversationMemory=true");
        Exchange exchange = context.getEndpoint(uri).createExchange();
        exchange.getMessage().setBody("My name is Alice.");
        template.send(uri, exchange);
        exchange.getMessage().setBody("What is my name?");
        template.send(uri, exchange);

        assertThat(requests.get(1).path("messages").findValuesAsText("content"))
                .containsExactly("My name is Alice.", "Because of its routes.", "What is my name?");
        assertThat(exchange.getProperty("CamelOpenAIConversationHistory", List.class))
                .hasSize(4);
    }

    @Test
    void call_jsonSchema_isSentInlineOrFromAResource() throws Exception {
        String schema = "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}}}";
        Path file = Files.writeString(folder.resolve("person.json"), schema);

        template.requestBodyAndHeader(uri("model=small"), "Who?", "CamelOpenAIJsonSchema", schema);
        ask("model=small&jsonSchema=resource:file:" + file, "Who?");

        for (JsonNode request : requests) {
            assertThat(request.at("/response_format/type").asText()).isEqualTo("json_schema");
            assertThat(request.at("/response_format/json_schema/schema")).isEqualTo(JSON.readTree(schema));
        }
        assertThat(requests).hasSize(2);
    }

    @Test
    void call_outputClass_isSentAsASchema() {
        ask("model=small&outputClass=" + Person.class.getName(), "Who?");

        assertThat(requests.get(0)
                        .at("/response_format/json_schema/schema/properties")
                        .fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("name", "age");
    }

    @Test
    void call_storeFullResponse_keepsIt() {
        assertThat(ask("model=small&storeFullResponse=true", "Why?").getProperty("CamelOpenAIResponse"))
                .isInstanceOf(ChatCompletion.class);
    }

    @Test
    void call_textFile_isTheQuestion() throws Exception {
        Path file = Files.writeString(folder.resolve("question.txt"), "From a file?");

        ask("model=small", file.toFile());

        assertThat(requests.get(0).at("/messages/0/content").asText()).isEqualTo("From a file?");
    }

    @Test
    void call_imageFile_isSentWithTheQuestion() throws Exception {
        Path file = Files.write(folder.resolve("pixel.png"), PIXEL);

        ask("model=small&userMessage=What is it", file.toFile());

        JsonNode content = requests.get(0).at("/messages/0/content");
        assertThat(content.findValuesAsText("type")).containsExactly("text", "image_url");
        assertThat(content.at("/1/image_url/url").asText()).startsWith("data:image/png;base64,");
        assertThat(ask("model=small", file.toFile()).getException()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void call_badInput_isRefusedBeforeAnythingIsSent() {
        assertThat(ask("model=small", null).getException()).isInstanceOf(IllegalArgumentException.class);
        assertThat(ask("", "Why?").getException()).isInstanceOf(IllegalArgumentException.class);
        assertThat(ask("model=small&jsonSchema=[1]", "Why?").getException())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> context.getEndpoint("openai:embeddings"))
                .hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThat(requests).isEmpty();
    }

    private Exchange ask(String options, Object body) {
        return template.request(uri(options), exchange -> exchange.getMessage().setBody(body));
    }

    private String uri(String options) {
        return "openai:chat-completion?baseUrl=" + baseUrl() + (options.isEmpty() ? "" : "&" + options);
    }

    private String baseUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    private void serve(HttpExchange exchange) throws IOException {
        JsonNode request = JSON.readTree(exchange.getRequestBody());
        requests.add(request);
        keys.add(exchange.getRequestHeaders().getFirst("Authorization"));
        try (exchange) {
            boolean stream = request.path("stream").asBoolean();
            byte[] body = (stream ? frames() : completion()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", stream ? "text/event-stream" : "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static String completion() throws IOException {
        return JSON.writeValueAsString(Map.of(
                "id",
                "chatcmpl-1",
                "object",
                "chat.completion",
                "created",
                1,
                "model",
                "small-1",
                "choices",
                List.of(Map.of(
                        "index",
                        0,
                        "finish_reason",
                        "stop",
                        "message",
                        Map.of("role", "assistant", "content", "Because of its routes."))),
                "usage",
                Map.of("prompt_tokens", 3, "completion_tokens", 4, "total_tokens", 7)));
    }

    private static String frames() throws IOException {
        StringBuilder frames = new StringBuilder();
        for (String piece : List.of("Because", " of", " its routes.")) {
            frames.append("data: ")
                    .append(JSON.writeValueAsString(Map.of(
                            "id", "chatcmpl-1",
                            "object", "chat.completion.chunk",
                            "created", 1,
                            "model", "small-1",
                            "choices", List.of(Map.of("index", 0, "delta", Map.of("content", piece))))))
                    .append("\n\n");
        }
        return frames.append("data: [DONE]\n\n").toString();
    }

    /** What an answer is to look like. */
    public static class Person {
        public String name;
        public int age;
    }
}
