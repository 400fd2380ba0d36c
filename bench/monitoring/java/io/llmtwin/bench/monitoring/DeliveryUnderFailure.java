package io.llmtwin.bench.monitoring;

import io.llmtwin.bench.service.ServiceProcess;
import io.llmtwin.bench.service.SteadyLoad;
import io.llmtwin.bench.service.StubModel;
import io.llmtwin.bench.service.SteadyLoad.Outcome;
import io.llmtwin.monitoring.recorder.Mood;
import io.llmtwin.monitoring.recorder.RecordingServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.util.FileSystemUtils;

/**
 * Whether monitoring services that fail cost an answer anything, and whether every answered request reaches them once.
 *
 * <p>First the tails of the answers' latency are compared, while the services are fine and while they are gone, in turns.
 * Then they are in each mood for a while, and the service is killed with {@code kill -9} in three of them. At the end they
 * are fine, and what they have is held against what was answered.
 */
public final class DeliveryUnderFailure {
    private static final String KEY = "key";
    private static final String WORKSPACE = "workspace";
    private static final int TURNS = 3;
    private static final Set<String> KILLED_IN = Set.of("slow, 30 s", "500", "resetting");
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final RecordingServer server;
    private final ServiceProcess service;
    private final SteadyLoad load;
    private final int requests;

    private DeliveryUnderFailure(RecordingServer server, ServiceProcess service, SteadyLoad load, int requests) {
        this.server = server;
        this.service = service;
        this.load = load;
        this.requests = requests;
    }

    /** How many requests (20,000) at how many a second (100). */
    public static void main(String[] arguments) throws Exception {
        int requests = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
        int perSecond = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100;
        Path home = Files.createTempDirectory("llm-twin-delivery");
        boolean passed;
        try (RecordingServer server = new RecordingServer(KEY, WORKSPACE);
                StubModel model = new StubModel();
                ServiceProcess service = new ServiceProcess(home, settings(server, model))) {
            service.start();
            SteadyLoad load = new SteadyLoad(service.url("/api/v1/generate"), perSecond);
            passed = new DeliveryUnderFailure(server, service, load, requests).run();
        }
        if (passed) {
            FileSystemUtils.deleteRecursively(home);
        } else {
            print("see %s", home);
        }
        System.exit(passed ? 0 : 1);
    }

    private static Map<String, String> settings(RecordingServer server, StubModel model) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("LLM_TWIN_CORPUS", "none");
        settings.put("LLM_URLS", model.url());
        settings.put("COMET_API_KEY", KEY);
        settings.put("COMET_WORKSPACE", WORKSPACE);
        settings.put("COMET_URL_OVERRIDE", server.cometUrl().toString());
        settings.put("OPIK_API_KEY", KEY);
        settings.put("OPIK_WORKSPACE", WORKSPACE);
        settings.put("OPIK_URL_OVERRIDE", server.opikUrl().toString());
        // what the default of five minutes would only make longer
        settings.put("DELIVERY_LONGEST_PAUSE", "5s");
        return settings;
    }

    private boolean run() throws Exception {
        int part = requests / 20;
        print("warm-up: %d requests", 4 * part);
        load.ask(4 * part);
        Outcome fine = new Outcome(0, List.of());
        Outcome gone = fine;
        for (int turn = 0; turn < TURNS; turn++) {
            server.be(Mood.fine());
            awaitDelivery();
            fine = fine.and(load.ask(part));
            server.beGone();
            gone = gone.and(load.ask(part));
        }
        report("fine", fine);
        report("gone", gone);
        double difference = gone.quantile(0.99) / fine.quantile(0.99) - 1;
        print("p99: %+.1f %% when gone", 100 * difference);

        Map<String, Mood> moods = moods();
        int each = (requests - 4 * part - 2 * TURNS * part) / moods.size();
        for (Map.Entry<String, Mood> mood : moods.entrySet()) {
            server.be(mood.getValue());
            boolean killed = KILLED_IN.contains(mood.getKey());
            Outcome outcome = killed ? load.ask(each, each / 2, this::killAndStart) : load.ask(each);
            report(mood.getKey() + (killed ? ", killed" : ""), outcome);
        }
        server.be(Mood.fine());
        return judge(awaitDelivery()) && difference < 0.1;
    }

    private static Map<String, Mood> moods() {
        Map<String, Mood> moods = new LinkedHashMap<>();
        moods.put("slow, 30 s", Mood.slow(Duration.ofSeconds(30)));
        moods.put("500", Mood.failing(500));
        moods.put("429 with Retry-After", Mood.failing(429, Map.of("Retry-After", "2")));
        moods.put("429 with RateLimit-Reset", Mood.failing(429, Map.of("RateLimit-Reset", "2")));
        moods.put("429 without", Mood.failing(429));
        moods.put("resetting", Mood.resetting());
        return moods;
    }

    private void killAndStart() throws Exception {
        service.kill();
        service.start();
    }

    /** Waits until all that was answered has arrived. Milliseconds that took. */
    private long awaitDelivery() throws InterruptedException {
        long begin = System.nanoTime();
        while (!missing().isEmpty() && System.nanoTime() - begin < PATIENCE.toNanos()) {
            Thread.sleep(50);
        }
        return Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }

    private Set<String> missing() {
        Set<String> missing = new HashSet<>();
        for (String traceId : load.answered()) {
            if (!server.opik().traces().containsKey(traceId)
                    || !server.comet().experiments().containsKey(traceId.replace("-", ""))) {
                missing.add(traceId);
            }
        }
        return missing;
    }

    private boolean judge(long waited) throws Exception {
        int missing = missing().size();
        print(
                "answered %d; missing %d after %.1f s; at Opik %d, sent again and replaced %d; at Comet %d, doubled %d",
                load.answered().size(),
                missing,
                waited / 1e3,
                server.opik().traces().size(),
                server.opik().resent(),
                server.comet().experiments().size(),
                server.comet().doubled());
        print("refused for their content: %s %s", server.opik().rejections(), server.comet().rejections());
        print("delivery: %s", service.health("delivery"));
        return missing == 0
                && server.comet().doubled() == 0
                && server.opik().rejections().isEmpty()
                && server.comet().rejections().isEmpty();
    }

    private static void report(String mood, Outcome outcome) {
        print(
                "%-26s asked %5d, answered %5d, ms: p50 %.1f, p95 %.1f, p99 %.1f, most %.1f",
                mood,
                outcome.asked(),
                outcome.milliseconds().size(),
                outcome.quantile(0.5),
                outcome.quantile(0.95),
                outcome.quantile(0.99),
                outcome.quantile(1));
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
