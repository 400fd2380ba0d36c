package io.llmtwin.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.llmtwin.LlmTwinApplication;
import io.llmtwin.retrieval.Fusion;
import io.llmtwin.retrieval.HybridSearch;
import io.llmtwin.retrieval.Passage;
import io.qdrant.client.grpc.Points.QueryPoints;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * The service in this process, with a home of its own that goes with it. Settings are the environment's, so it may be
 * told to use a Qdrant server; {@code QDRANT_TEST_URL}, {@code host:port}, is a short way to say so.
 */
final class BenchmarkedService implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path home;
    private final ConfigurableApplicationContext application;
    private final ProducerTemplate routes;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    BenchmarkedService() throws IOException {
        home = Files.createTempDirectory("llm-twin-benchmark");
        List<String> settings = new ArrayList<>(List.of(
                "--SERVER_PORT=0",
                "--MANAGEMENT_SERVER_PORT=0",
                "--LLM_TWIN_CORPUS=none",
                "--EXPAND_N_QUERY=1",
                "--MAX_BODY_SIZE=16MB",
                "--LLM_TWIN_HOME=" + home,
                "--logging.level.root=warn"));
        String server = System.getenv("QDRANT_TEST_URL");
        if (server != null) {
            settings.add("--QDRANT_DATABASE_HOST=" + server.split(":")[0]);
            settings.add("--QDRANT_GRPC_PORT=" + server.split(":")[1]);
        }
        application = new SpringApplicationBuilder(LlmTwinApplication.class).run(settings.toArray(String[]::new));
        routes = bean(ProducerTemplate.class);
    }

    <T> T bean(Class<T> type) {
        return application.getBean(type);
    }

    <T> T bean(String name, Class<T> type) {
        return application.getBean(name, type);
    }

    /** Stores texts as articles, by their ids, and returns when they are stored. */
    void ingest(Map<String, String> texts) throws IOException, InterruptedException {
        ArrayNode documents = JSON.createArrayNode();
        texts.forEach((id, text) -> documents
                .addObject()
                .put("id", id)
                .put("type", "article")
                .put("author", "benchmark")
                .put("content", text));
        String port = application.getEnvironment().getProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/documents"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(documents.toString()))
                .build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        while (response.statusCode() == 429) {
            Thread.sleep(1_000L * Long.parseLong(response.headers().firstValue("Retry-After").orElse("1")));
            response = http.send(request, BodyHandlers.ofString());
        }
        if (response.statusCode() != 202) {
            throw new IllegalStateException(response.statusCode() + ": " + response.body());
        }
    }

    /** The passages that searches of one vector find, best first; empty is the name of the dense one. */
    List<Passage> searchedBy(String vector, String query, int limit) {
        List<QueryPoints> searches = bean(HybridSearch.class).of(List.of(query), null, null, limit).stream()
                .filter(search -> search.getUsing().equals(vector))
                .toList();
        List<?> hits = routes.requestBody("qdrant:all", searches, List.class);
        return bean(Fusion.class).fuse(cast(hits), searches, limit);
    }

    /** The passages that the route {@code retrieve} finds, best first. */
    List<Passage> retrieved(String query, int limit) {
        return passages("revision:retrieve", query, limit, List.of(query));
    }

    /** {@code passages} as the route {@code rerank} orders them. */
    List<Passage> reranked(String query, int limit, List<Passage> passages) {
        return passages("revision:rerank", query, limit, passages);
    }

    private List<Passage> passages(String route, String query, int limit, Object body) {
        Exchange answer = routes.request(route, exchange -> {
            exchange.setVariable("query", query);
            exchange.setVariable("queries", List.of(query));
            exchange.setVariable("limit", limit);
            exchange.getMessage().setBody(body);
        });
        Object warnings = answer.getVariable("warnings");
        if (answer.getException() != null || !List.of().equals(warnings)) {
            throw new IllegalStateException(route + " warned of " + warnings, answer.getException());
        }
        return cast(answer.getMessage().getBody(List.class));
    }

    @SuppressWarnings("unchecked")
    private static <T> List<T> cast(List<?> list) {
        return (List<T>) list;
    }

    @Override
    public void close() throws IOException {
        application.close();
        FileSystemUtils.deleteRecursively(home);
    }
}
