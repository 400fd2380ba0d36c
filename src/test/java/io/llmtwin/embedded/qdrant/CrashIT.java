package io.llmtwin.embedded.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.QdrantClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes loses nothing that it had acknowledged. */
class CrashIT {
    private static final int BATCH = 64;
    private static final int BATCHES_BEFORE_KILL = 150;

    @Test
    void kill_whileWriting_keepsEveryAcknowledgedPoint(@TempDir Path home) throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        home.toString()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int acknowledged = -1;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = next(lines); line != null; line = next(lines)) {
                if (line.startsWith("acknowledged ")) {
                    acknowledged = Integer.parseInt(line.substring("acknowledged ".length()));
                    if (acknowledged == BATCHES_BEFORE_KILL) {
                        process.destroyForcibly();
                    }
                }
            }
        }
        process.waitFor();
        assertThat(acknowledged).isGreaterThanOrEqualTo(BATCHES_BEFORE_KILL);
        try (EmbeddedQdrant store = EmbeddedQdrant.start(home, 0);
                QdrantClient client = EmbeddedQdrantIT.client(store)) {
            long count = client.countAsync("crash").get();
            assertThat(count).isGreaterThanOrEqualTo((acknowledged + 1L) * BATCH);
            assertThat(count % BATCH).as("no batch is there in part").isZero();
        }
    }

    private static String next(BufferedReader lines) {
        try {
            return lines.readLine();
        } catch (IOException e) {
            return null;
        }
    }

    /** The process that is killed: it says which batch was acknowledged last. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) throws Exception {
            EmbeddedQdrant store = EmbeddedQdrant.start(Path.of(arguments[0]), 0);
            QdrantClient client = EmbeddedQdrantIT.client(store);
            EmbeddedQdrantIT.create(client, "crash");
            for (int batch = 0; ; batch++) {
                client.upsertAsync("crash", EmbeddedQdrantIT.points(batch * BATCH, BATCH, "a"))
                        .get();
                System.out.println("acknowledged " + batch);
            }
        }
    }
}
