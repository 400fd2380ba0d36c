package io.llmtwin;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A client of a service that runs, in this process or in another. */
public final class RunningService {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;
    private final int managementPort;

    public RunningService(int port, int managementPort) {
        this.port = port;
        this.managementPort = managementPort;
    }

    /** A fresh folder for all that a service writes, gone with the build's other output. */
    static String newHome() {
        try {
            return Files.createTempDirectory(Path.of("target").toAbsolutePath(), "home-")
                    .toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        return http.send(request(method, path, body, headers), BodyHandlers.ofString());
    }

    public HttpRequest request(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null && headers.length == 0) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request.build();
    }

    public HttpResponse<String> generate(String body) throws IOException, InterruptedException {
        return send("POST", "/api/v1/generate", body);
    }

    /** A client that has asked {@code query} without sources, and reads the answer as it is streamed. */
    RawClient stream(String query) throws IOException {
        return new RawClient(port)
                .post(
                        "/api/v1/generate",
                        JSON.createObjectNode()
                                .put("query", query)
                                .put("enable_rag", false)
                                .put("stream", true)
                                .toString());
    }

    /** Whether it takes connections. */
    boolean accepts() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** The answer to {@code query}, which must be a good one. */
    public JsonNode answer(String query) throws IOException, InterruptedException {
        HttpResponse<String> response =
                generate(JSON.createObjectNode().put("query", query).toString());
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + ": " + response.body());
        }
        return JSON.readTree(response.body());
    }

    /** The revision of the pipeline that serves. */
    String active() throws IOException, InterruptedException {
        return json("/api/v1/revisions").get("active").asText();
    }

    /** Why what the pipeline's folder holds doesn't serve; missing where it does. */
    JsonNode pipelineFault() throws IOException, InterruptedException {
        return health().at("/components/pipeline/details/rejected");
    }

    /** The id of a draft of the active revision with other {@code files}, texts by path. */
    String draft(Map<String, String> files) throws IOException, InterruptedException {
        HttpResponse<String> response =
                send("POST", "/api/v1/revisions", JSON.writeValueAsString(Map.of("files", files)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        JsonNode draft = JSON.readTree(response.body());
        assertThat(draft.get("state").asText()).isEqualTo("draft");
        return draft.get("id").asText();
    }

    /** Has it store {@code document}, fields by name. */
    void store(Map<String, String> document) throws IOException, InterruptedException {
        HttpResponse<String> response = send("POST", "/api/v1/documents", JSON.writeValueAsString(document));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    }

    public JsonNode json(String path) throws IOException, InterruptedException {
        return JSON.readTree(send("GET", path, null).body());
    }

    public JsonNode health() throws IOException, InterruptedException {
        return JSON.readTree(management("/actuator/health").body());
    }

    /** What the management port answers to a GET of {@code path}. */
    HttpResponse<String> management(String path) throws IOException, InterruptedException {
        return manage("GET", path);
    }

    /** The same for a request with that Authorization; null for none. */
    HttpResponse<String> management(String path, String authorization) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .timeout(Duration.ofSeconds(20));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** What the management port answers to {@code method} without a body. */
    HttpResponse<String> manage(String method, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, BodyPublishers.noBody())
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** What Prometheus would read. */
    public String metrics() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + managementPort + "/actuator/prometheus"))
                .timeout(Duration.ofSeconds(20))
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    /** Waits until the store is like the corpus. */
    public void awaitCorpus(int seconds) {
        await().atMost(ofSeconds(seconds))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptions()
                .until(() -> health().at("/components/corpus/details/state").asText(), "DONE"::equals);
    }
}
