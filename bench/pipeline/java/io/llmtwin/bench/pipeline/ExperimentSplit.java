package io.llmtwin.bench.pipeline;

import static java.net.HttpURLConnection.HTTP_CREATED;
import static java.net.HttpURLConnection.HTTP_OK;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.bench.service.ServiceProcess;
import io.llmtwin.bench.service.StubModel;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.util.FileSystemUtils;

/**
 * How an experiment of 90 to 10 splits requests, two to a conversation, and what its results say of them. Asked for are a
 * split within half a point, every conversation on one arm, and results that count every request.
 */
public final class ExperimentSplit {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CLIENTS = 16;
    private static final int TURNS = 2;
    private static final double MOST_POINTS = 0.5;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ServiceProcess service;
    private final Map<String, Set<String>> arms = new ConcurrentHashMap<>();
    private final AtomicInteger failed = new AtomicInteger();

    private ExperimentSplit(ServiceProcess service) {
        this.service = service;
    }

    /** How many requests (100,000). */
    public static void main(String[] arguments) throws Exception {
        int requests = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        Path home = Files.createTempDirectory("llm-twin-experiment");
        boolean passed;
        try (StubModel model = new StubModel();
                ServiceProcess service = new ServiceProcess(
                        home, Map.of("LLM_TWIN_CORPUS", "none", "LLM_URLS", model.url(), "RERANK", "none"))) {
            service.start();
            passed = new ExperimentSplit(service).run(requests);
        }
        FileSystemUtils.deleteRecursively(home);
        System.exit(passed ? 0 : 1);
    }

    private boolean run(int requests) throws Exception {
        String large = JSON.readTree(send("GET", "/api/v1/revisions", null).body())
                .get("active")
                .asText();
        HttpResponse<String> draft = send(
                "POST", "/api/v1/revisions", "{\"files\":{\"prompts/answer.mustache\":\"Say {{variables.query}}\"}}");
        if (draft.statusCode() != HTTP_CREATED) {
            throw new IllegalStateException(draft.body());
        }
        String small = JSON.readTree(draft.body()).get("id").asText();
        send(
                "PUT",
                "/api/v1/experiment",
                "{\"arms\":[{\"revision\":\"" + large + "\",\"weight\":90},{\"revision\":\"" + small
                        + "\",\"weight\":10}]}");
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        AtomicInteger next = new AtomicInteger();
        AtomicInteger onSmall = new AtomicInteger();
        long begun = System.nanoTime();
        List<Future<Void>> running = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Callable<Void> client = () -> {
                for (int request = next.getAndIncrement(); request < requests; request = next.getAndIncrement()) {
                    if (ask("conversation-" + request / TURNS).equals(small)) {
                        onSmall.incrementAndGet();
                    }
                }
                return null;
            };
            running.add(clients.submit(client));
        }
        for (Future<Void> client : running) {
            client.get();
        }
        clients.shutdown();
        double seconds = (System.nanoTime() - begun) / 1e9;
        return judge(requests, onSmall.get(), seconds);
    }

    private boolean judge(int requests, int onSmall, double seconds) throws Exception {
        long astray = arms.values().stream().filter(seen -> seen.size() > 1).count();
        double share = 100.0 * onSmall / requests;
        print(
                "%d requests in %.0f s, %d failed; %.2f %% on the arm of 10 %%; of %d conversations %d on two arms",
                requests, seconds, failed.get(), share, arms.size(), astray);
        long begun = System.nanoTime();
        JsonNode results = JSON.readTree(send("GET", "/api/v1/experiment", null).body());
        int counted = results.at("/arms/0/requests").asInt() + results.at("/arms/1/requests").asInt();
        print("the results count %d requests, and took %.1f s to read", counted, (System.nanoTime() - begun) / 1e9);
        return failed.get() == 0 && astray == 0 && Math.abs(share - 10) <= MOST_POINTS && counted == requests;
    }

    /** The revision that answered; empty where none did. */
    private String ask(String conversation) throws Exception {
        HttpResponse<String> response = send(
                "POST",
                "/api/v1/generate",
                "{\"query\":\"Is it so?\",\"enable_rag\":false,\"conversation_id\":\"" + conversation + "\"}");
        if (response.statusCode() != HTTP_OK) {
            failed.incrementAndGet();
            return "";
        }
        String revision = response.headers().firstValue("X-Revision").orElse("");
        arms.computeIfAbsent(conversation, unused -> ConcurrentHashMap.newKeySet())
                .add(revision);
        return revision;
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(service.url(path))
                        .header("Content-Type", "application/json")
                        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
