package io.llmtwin;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.springframework.context.support.GenericApplicationContext;

/** A process that is told to end while its embedding model works, which has once been seen to crash natively. */
class OrderlyShutdownIT {
    private static final String EMBEDDING = "embedding";

    @RepeatedTest(3)
    void process_toldToEndWhileItEmbeds_endsWithoutACrash() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx200m",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=target/hs_err_%p.log",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Embedding.class.getName()))
                .redirectErrorStream(true)
                .start();
        StringBuilder output = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                output.append(line).append('\n');
                if (line.equals(EMBEDDING)) {
                    // the process's own destroy() would close what is read here
                    process.toHandle().destroy();
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).as(output.toString()).isEqualTo(128 + 15);
    }

    /** Embeds on four threads for as long as it is let. */
    static final class Embedding {
        private Embedding() {}

        public static void main(String[] arguments) {
            GenericApplicationContext application = new GenericApplicationContext();
            application.registerBean(OnnxEmbeddingModel.class);
            OrderlyShutdown.of(application);
            application.refresh();
            OnnxEmbeddingModel model = application.getBean(OnnxEmbeddingModel.class);
            for (int i = 0; i < 4; i++) {
                new Thread(() -> embed(model), "client-" + i).start();
            }
            model.embed("a first text, so that all is loaded");
            System.out.println(EMBEDDING);
        }

        @SuppressWarnings("InfiniteLoopStatement")
        private static void embed(OnnxEmbeddingModel model) {
            while (true) {
                model.embed("the harbour master writes the log ".repeat(20));
            }
        }
    }
}
