package io.llmtwin.embedded.qdrant;

import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorsFactory.namedVectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPoints;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes loses nothing that it had acknowledged. */
class CrashIT {
    private static final int BATCH = 64;
    private static final int BATCHES_BEFORE_KILL = 150;
    private static final String WORDS = "words";

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
            assertThat(client.queryAsync(QueryPoints.newBuilder()
                                    .setCollectionName("crash")
                                    .setUsing(WORDS)
                                    .setQuery(nearest(List.of(1f), List.of(acknowledged)))
                                    .setLimit(BATCH + 1)
                                    .build())
                            .get())
                    .as("the sparse vectors of the last batch")
                    .hasSize(BATCH);
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
            client.createCollectionAsync(CreateCollection.newBuilder()
                            .setCollectionName("crash")
                            .setVectorsConfig(VectorsConfig.newBuilder()
                                    .setParams(
                                            VectorParams.newBuilder().setSize(4).setDistance(Distance.Dot)))
                            .setSparseVectorsConfig(SparseVectorConfig.newBuilder()
                                    .putMap(WORDS, SparseVectorParams.getDefaultInstance()))
                            .build())
                    .get();
            for (int batch = 0; ; batch++) {
                client.upsertAsync("crash", points(batch)).get();
                System.out.println("acknowledged " + batch);
            }
        }

        /** Points whose sparse vectors have the number of their batch as only dimension. */
        private static List<PointStruct> points(int batch) {
            return EmbeddedQdrantIT.points(batch * BATCH, BATCH, "a").stream()
                    .map(point -> point.toBuilder()
                            .setVectors(namedVectors(Map.of(
                                    "", point.getVectors().getVector(), WORDS, vector(List.of(1f), List.of(batch)))))
                            .build())
                    .toList();
        }
    }
}
