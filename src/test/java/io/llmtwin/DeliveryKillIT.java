package io.llmtwin;

import static io.llmtwin.DeliveringService.KEY;
import static io.llmtwin.DeliveringService.WORKSPACE;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmtwin.monitoring.PromptRecord;
import io.llmtwin.monitoring.RecordedRequests;
import io.llmtwin.monitoring.recorder.Mood;
import io.llmtwin.monitoring.recorder.RecordingServer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delivery in a process of its own, killed while calls are under way. */
class DeliveryKillIT {
    private static final int RECORDS = 600;
    private static final int KILLS = 3;

    @TempDir
    Path home;

    private final RecordingServer server = new RecordingServer(KEY, WORKSPACE);
    private Process process;

    @AfterEach
    void close() {
        server.close();
        process.destroyForcibly();
    }

    @Test
    void killedInTheMiddle_again_deliversAllOnce() throws Exception {
        writeJournal();
        server.be(Mood.slow(Duration.ofMillis(20)));
        for (int kill = 1; kill <= KILLS; kill++) {
            start();
            int until = kill * RECORDS / (KILLS + 2);
            await().atMost(ofSeconds(180)).until(() -> delivered() >= until);
            process.destroyForcibly().waitFor();
        }
        assertThat(delivered()).isLessThan(RECORDS);
        start();
        await().atMost(ofSeconds(180)).until(() -> delivered() == RECORDS);
        // spans follow their traces
        await().atMost(ofSeconds(180)).until(() -> server.opik().spans().size() >= 6 * RECORDS);

        assertThat(server.opik().traces()).hasSize(RECORDS);
        assertThat(server.opik().spans()).hasSize(6 * RECORDS);
        assertThat(server.comet().experiments()).hasSize(RECORDS);
        assertThat(server.comet().doubled()).isZero();
        assertThat(server.opik().resent()).as("traces on their way at a kill").isLessThanOrEqualTo(KILLS * 10);
        assertThat(server.comet().rejections()).isEmpty();
        assertThat(server.opik().rejections()).isEmpty();
    }

    /** At the one of the two that has less. */
    private int delivered() {
        return Math.min(
                server.opik().traces().size(), server.comet().experiments().size());
    }

    private void writeJournal() throws Exception {
        try (DeliveringService writer = new DeliveringService(home, Map.of())) {
            for (int i = 0; i < RECORDS; i++) {
                PromptRecord record = RecordedRequests.answered("Why " + i + "?");
                writer.record(record);
            }
        }
    }

    private void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                Deliverer.class.getName(),
                home.toString()));
        Map<String, Object> settings = new HashMap<>(Map.of("llm-twin.delivery.batch-size", 10));
        settings.putAll(DeliveringService.comet(server));
        settings.putAll(DeliveringService.opik(server));
        settings.forEach((name, value) -> command.add(name + "=" + value));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(new File("target", "delivery-kill-it.log"))
                .start();
    }

    /** The process: a home, and settings as {@code name=value}. It delivers until it is killed. */
    static final class Deliverer {
        private Deliverer() {}

        public static void main(String[] arguments) throws Exception {
            Map<String, Object> settings = new HashMap<>();
            for (String setting : List.of(arguments).subList(1, arguments.length)) {
                settings.put(setting.replaceFirst("=.*", ""), setting.replaceFirst("^[^=]*=", ""));
            }
            try (DeliveringService service = new DeliveringService(Path.of(arguments[0]), settings)) {
                Thread.currentThread().join();
            }
        }
    }
}
