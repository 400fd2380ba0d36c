package io.llmtwin.monitoring;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.monitoring.Entry.Kind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.util.unit.DataSize;

/**
 * What the record of a request costs its thread: the append to the journal, writing it as JSON, and redacting it, in
 * microseconds of processor time. A program, not a test: {@code JournalBenchmark ROUNDS [TEXTS]}. TEXTS is a folder
 * whose Markdown files are what the records quote; docs by default.
 */
public final class JournalBenchmark {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final ObjectMapper json = new ObjectMapper();
    private final Redaction redaction;
    private final String text;
    private final int rounds;

    private JournalBenchmark(int rounds, Path texts) throws IOException {
        this.rounds = rounds;
        this.redaction = Redaction.parse(Files.readString(Path.of("src/main/resources/prompts/redaction.yaml")));
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(texts)) {
            for (Path file : (Iterable<Path>) files.filter(it -> it.toString().endsWith(".md"))::iterator) {
                all.append(Files.readString(file));
            }
        }
        this.text = all.toString();
    }

    public static void main(String[] arguments) throws IOException {
        Path texts = Path.of(arguments.length > 1 ? arguments[1] : "docs");
        JournalBenchmark benchmark = new JournalBenchmark(Integer.parseInt(arguments[0]), texts);
        for (int passages : new int[] {0, 8, 20, 45}) {
            benchmark.run(passages);
        }
    }

    /** With {@code passages} of 1,200 characters each, and a prompt of four of them. */
    private void run(int passages) throws IOException {
        Path folder = Files.createTempDirectory("journal-benchmark");
        JournalSettings settings = new JournalSettings(DataSize.ofMegabytes(256), Duration.ofDays(30));
        double[] redacting = new double[rounds];
        double[] writing = new double[rounds];
        double[] appending = new double[rounds];
        int size = 0;
        try (Journal journal = Journal.open(folder, settings, Clock.systemUTC())) {
            for (int round = -rounds / 2; round < rounds; round++) {
                ObjectNode record = record(passages, Math.floorMod(round, 97));
                long start = THREADS.getCurrentThreadCpuTime();
                redaction.apply(record);
                long redacted = THREADS.getCurrentThreadCpuTime();
                byte[] bytes = json.writeValueAsBytes(record);
                long written = THREADS.getCurrentThreadCpuTime();
                journal.append(Kind.PROMPT, UUID.randomUUID(), bytes);
                long end = THREADS.getCurrentThreadCpuTime();
                size = bytes.length;
                if (round >= 0) {
                    redacting[round] = (redacted - start) / 1000.0;
                    writing[round] = (written - redacted) / 1000.0;
                    appending[round] = (end - written) / 1000.0;
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%7d bytes: append %s, JSON %s, redaction %s%n",
                size,
                summary(appending),
                summary(writing),
                summary(redacting));
    }

    private ObjectNode record(int passages, int shift) {
        ObjectNode record = json.createObjectNode();
        record.put("trace_id", UUID.randomUUID().toString()).put("status", "ok").put("revision", "8f3a2b1c9d0e");
        record.put("query", "How is a record kept?").put("answer", text.substring(shift, shift + 400));
        StringBuilder prompt = new StringBuilder();
        for (int i = 0; i < passages; i++) {
            int from = (shift * 211 + i * 1200) % (text.length() - 1200);
            String content = text.substring(from, from + 1200);
            record.withArray("retrieved")
                    .addObject()
                    .put("id", UUID.randomUUID().toString())
                    .put("content", content);
            if (i < 4) {
                prompt.append(content);
            }
        }
        return record.put("prompt", prompt.toString());
    }

    private static String summary(double[] micros) {
        double[] sorted = micros.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "%.1f µs (mean %.1f, 99th percentile %.1f)",
                sorted[sorted.length / 2],
                Arrays.stream(micros).average().orElse(0),
                sorted[sorted.length * 99 / 100]);
    }
}
