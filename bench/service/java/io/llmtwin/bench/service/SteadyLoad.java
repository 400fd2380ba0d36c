package io.llmtwin.bench.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Questions at a steady rate, whatever becomes of them. A question's latency counts from when it was due. */
public final class SteadyLoad {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;
    private final int perSecond;
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final Set<String> revisions = ConcurrentHashMap.newKeySet();

    public SteadyLoad(URI url, int perSecond) {
        this.url = url;
        this.perSecond = perSecond;
    }

    /** Trace ids of all requests that were answered. */
    public Set<String> answered() {
        return answered;
    }

    /** The revisions that answered. */
    public Set<String> revisions() {
        return revisions;
    }

    /** Asks {@code count} questions. Returns when all are answered or have failed. */
    public Outcome ask(int count) throws Exception {
        return ask(count, count, () -> {});
    }

    /** The same, with a pause for {@code event} after so many of them, while some are being answered. */
    public Outcome ask(int count, int after, Event event) throws Exception {
        List<Double> milliseconds = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Void>> calls = new ArrayList<>();
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            if (i == after) {
                long paused = System.nanoTime();
                event.happen();
                begin += System.nanoTime() - paused;
            }
            long due = begin + i * 1_000_000_000L / perSecond;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            calls.add(http.sendAsync(question(i), BodyHandlers.ofString()).handle((response, failure) -> {
                if (failure == null && response.statusCode() == 200) {
                    milliseconds.add((System.nanoTime() - due) / 1e6);
                    JsonNode answer = answer(response);
                    answered.add(answer.get("trace_id").asText());
                    revisions.add(answer.get("revision").asText());
                }
                return null;
            }));
        }
        CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
        return new Outcome(count, List.copyOf(milliseconds));
    }

    /** Something that happens in the middle. */
    @FunctionalInterface
    public interface Event {
        void happen() throws Exception;
    }

    private HttpRequest question(int number) {
        return HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(BodyPublishers.ofString("{\"query\":\"Is it so, number " + number + "?\",\"enable_rag\":false}"))
                .build();
    }

    private static JsonNode answer(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the answer is no JSON: " + response.body(), e);
        }
    }

    /** What became of some questions: how long each took that was answered. */
    public record Outcome(int asked, List<Double> milliseconds) {
        public Outcome and(Outcome other) {
            List<Double> both = new ArrayList<>(milliseconds);
            both.addAll(other.milliseconds);
            return new Outcome(asked + other.asked, both);
        }

        public double quantile(double part) {
            return quantile(milliseconds, part);
        }

        /** The value below which {@code part} of {@code values} lie; not a number where there are none. */
        public static double quantile(List<Double> values, double part) {
            List<Double> sorted = new ArrayList<>(values);
            Collections.sort(sorted);
            return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.round(part * (sorted.size() - 1)));
        }
    }
}
