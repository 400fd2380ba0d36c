package io.llmtwin.bench.pipeline;

import static java.net.HttpURLConnection.HTTP_OK;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.PipelineCopy;
import io.llmtwin.bench.service.ServiceProcess;
import io.llmtwin.bench.service.SteadyLoad;
import io.llmtwin.bench.service.SteadyLoad.Outcome;
import io.llmtwin.bench.service.StubModel;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.util.FileSystemUtils;

/**
 * What edits of the pipeline cost those who ask meanwhile. Every second edit is broken, in each way of {@link Breakage} in
 * turn; the pipeline has fifty files. Asked for are no failed answer and none of a revision that should not serve, p99
 * within twice that without edits, heap, threads and metaspace as before, and good edits that serve, and bad ones that are
 * shown, within 500 ms.
 */
public final class EditsUnderLoad {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TEMPLATE = "prompts/answer.mustache";
    private static final int FILES = 50;
    private static final double MOST_MS = 500;
    private static final long PATIENCE_MS = 20_000;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ServiceProcess service;
    private final Path folder;
    private final Set<String> good = new HashSet<>();
    private final List<Double> served = new ArrayList<>();
    private final List<Double> rejected = new ArrayList<>();
    private final Map<Breakage, List<Double>> byBreakage = new LinkedHashMap<>();

    private EditsUnderLoad(ServiceProcess service, Path folder) {
        this.service = service;
        this.folder = folder;
    }

    /** How many edits (1,000) under how many requests a second (50). */
    public static void main(String[] arguments) throws Exception {
        int edits = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
        int perSecond = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 50;
        Path home = Files.createTempDirectory("llm-twin-edits");
        Path folder = pipelineIn(home.resolve("pipeline"));
        boolean passed;
        try (StubModel model = new StubModel();
                ServiceProcess service = new ServiceProcess(home, settings(folder, model))) {
            service.start();
            passed = new EditsUnderLoad(service, folder).run(edits, perSecond);
        }
        if (passed) {
            FileSystemUtils.deleteRecursively(home);
        } else {
            print("see %s", home);
        }
        System.exit(passed ? 0 : 1);
    }

    private static Map<String, String> settings(Path folder, StubModel model) {
        return Map.of(
                "LLM_TWIN_CORPUS", "none",
                "LLM_TWIN_PIPELINE", folder.toString(),
                "LLM_URLS", model.url(),
                "RERANK", "none",
                "EXPAND_N_QUERY", "1");
    }

    private boolean run(int edits, int perSecond) throws Exception {
        SteadyLoad quiet = new SteadyLoad(service.url("/api/v1/generate"), perSecond);
        good.add(active());
        print("warm-up: 40 edits, %d requests", perSecond * 70);
        new SteadyLoad(service.url("/api/v1/generate"), perSecond / 5).ask(perSecond * 10);
        CompletableFuture<Outcome> warming = ask(quiet, perSecond * 60);
        for (int i = 0; i < 40; i++) {
            edit(i);
        }
        warming.join();
        served.clear();
        rejected.clear();
        byBreakage.clear();
        Outcome without = quiet.ask(perSecond * 60);
        Map<String, Double> before = resources();

        SteadyLoad load = new SteadyLoad(service.url("/api/v1/generate"), perSecond);
        List<CompletableFuture<Outcome>> asked = new ArrayList<>();
        CompletableFuture<Outcome> current = ask(load, perSecond * 5);
        long begun = System.nanoTime();
        for (int i = 0; i < edits; i++) {
            edit(i);
            if (current.isDone()) {
                asked.add(current);
                current = ask(load, perSecond * 5);
            }
        }
        asked.add(current);
        double seconds = (System.nanoTime() - begun) / 1e9;
        Outcome with = asked.stream().map(CompletableFuture::join).reduce(Outcome::and).orElseThrow();
        Map<String, Double> after = resources();
        return judge(edits, seconds, without, with, load, before, after);
    }

    private boolean judge(
            int edits,
            double seconds,
            Outcome without,
            Outcome with,
            SteadyLoad load,
            Map<String, Double> before,
            Map<String, Double> after) {
        int failed = with.asked() - with.milliseconds().size();
        Set<String> foreign = new HashSet<>(load.revisions());
        foreign.removeAll(good);
        print("%d edits in %.0f s; %d requests, %d failed, %d revisions answered, %d that should not have",
                edits, seconds, with.asked(), failed, load.revisions().size(), foreign.size());
        print("p50 %.1f ms without edits, %.1f with; p99 %.1f and %.1f",
                without.quantile(0.5), with.quantile(0.5), without.quantile(0.99), with.quantile(0.99));
        print("good edits serve after: p50 %.0f ms, p95 %.0f, longest %.0f", Outcome.quantile(served, 0.5), Outcome.quantile(served, 0.95), Outcome.quantile(served, 1));
        print("bad edits are shown after: p50 %.0f ms, p95 %.0f, longest %.0f", Outcome.quantile(rejected, 0.5), Outcome.quantile(rejected, 0.95), Outcome.quantile(rejected, 1));
        byBreakage.forEach((breakage, times) ->
                print("  %-20s p50 %.0f ms, longest %.0f", breakage, Outcome.quantile(times, 0.5), Outcome.quantile(times, 1)));
        before.forEach((name, value) -> print("%s: %.1f before, %.1f after", name, value, after.get(name)));
        return failed == 0
                && foreign.isEmpty()
                && with.quantile(0.99) <= 2 * without.quantile(0.99)
                && Outcome.quantile(served, 0.95) <= MOST_MS
                && Outcome.quantile(rejected, 0.95) <= MOST_MS;
    }

    /** One edit, good if {@code number} is even, and what becomes of it; afterwards the pipeline is whole. */
    private void edit(int number) throws Exception {
        if (number % 2 == 0) {
            long begun = System.nanoTime();
            write(TEMPLATE, Files.readString(PipelineCopy.ORIGINAL.resolve(TEMPLATE)) + "\nEdit " + begun);
            awaitThat(() -> !good.contains(active()), "edit " + number + " does not serve");
            served.add((System.nanoTime() - begun) / 1e6);
            good.add(active());
            return;
        }
        Breakage breakage = Breakage.values()[(number / 2) % Breakage.values().length];
        String whole = Files.readString(folder.resolve(breakage.file));
        String lastFault = fault();
        long begun = System.nanoTime();
        String broken = breakage.of(whole);
        if (whole.equals(broken)) {
            throw new IllegalStateException(breakage + " breaks nothing");
        }
        // so that each edit is another one
        write(breakage.file, broken == null || broken.isEmpty() ? broken : broken + "\n# " + begun);
        awaitThat(() -> !fault().equals(lastFault), breakage + " is not rejected");
        double milliseconds = (System.nanoTime() - begun) / 1e6;
        rejected.add(milliseconds);
        byBreakage.computeIfAbsent(breakage, unused -> new ArrayList<>()).add(milliseconds);
        write(breakage.file, whole);
        awaitThat(() -> fault().isEmpty(), breakage + " is not taken back");
    }

    private void write(String path, String text) throws IOException {
        if (text == null) {
            Files.delete(folder.resolve(path));
        } else {
            Files.writeString(folder.resolve(path), text);
        }
    }

    private String active() throws Exception {
        return get("/api/v1/revisions").get("active").asText();
    }

    /** What is wrong with what the folder holds; empty where nothing is. */
    private String fault() throws Exception {
        return JSON.readTree(service.health("pipeline")).at("/details/rejected").toString();
    }

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> response =
                http.send(HttpRequest.newBuilder(service.url(path)).build(), BodyHandlers.ofString());
        if (response.statusCode() != HTTP_OK) {
            throw new IllegalStateException(path + ": " + response.statusCode() + " " + response.body());
        }
        return JSON.readTree(response.body());
    }

    private static void awaitThat(Condition condition, String otherwise) throws Exception {
        long begun = System.nanoTime();
        while (!condition.holds()) {
            if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) > PATIENCE_MS) {
                throw new IllegalStateException(otherwise);
            }
            Thread.sleep(5);
        }
    }

    private static CompletableFuture<Outcome> ask(SteadyLoad load, int count) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return load.ask(count);
            } catch (Exception e) {
                throw new CompletionException(e);
            }
        });
    }

    /** Heap and metaspace in use after a collection, in MB, and how many threads there are. */
    private Map<String, Double> resources() throws Exception {
        for (int i = 0; i < 2; i++) {
            new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                            String.valueOf(service.pid()),
                            "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
        String metrics = service.metrics();
        Map<String, Double> resources = new LinkedHashMap<>();
        resources.put("heap, MB", sum(metrics, "jvm_memory_used_bytes\\{area=\"heap\"[^}]*}") / 1e6);
        resources.put("metaspace, MB", sum(metrics, "jvm_memory_used_bytes\\{area=\"nonheap\",id=\"Metaspace\"[^}]*}") / 1e6);
        resources.put("loaded classes", sum(metrics, "jvm_classes_loaded_classes"));
        resources.put("threads", sum(metrics, "jvm_threads_live_threads"));
        return resources;
    }

    private static double sum(String metrics, String name) {
        Matcher values = Pattern.compile("^" + name + " (\\S+)$", Pattern.MULTILINE).matcher(metrics);
        double sum = 0;
        while (values.find()) {
            sum += Double.parseDouble(values.group(1));
        }
        return sum;
    }

    private static Path pipelineIn(Path folder) throws IOException {
        PipelineCopy.into(folder);
        int files = 0;
        try (var found = Files.walk(folder)) {
            files = (int) found.filter(Files::isRegularFile).count();
        }
        for (; files < FILES; files++) {
            Files.writeString(folder.resolve("prompts/spare-" + files + ".mustache"), "Spare {{variables.query}}");
        }
        return folder;
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws Exception;
    }
}
