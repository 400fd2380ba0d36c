package io.llmtwin.embedded.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
    private static final byte[] MODEL = new byte[3 << 20];
    private static final String SHA_256;

    static {
        new Random(1).nextBytes(MODEL);
        SHA_256 = Hashing.sha256().hashBytes(MODEL).toString();
    }

    @TempDir
    private Path folder;

    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final List<String> progress = new ArrayList<>();
    private HttpServer server;
    private boolean understandsRanges = true;
    private int breaksOffAfter = MODEL.length;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void of_url_isDownloadedOnceWithProgress() throws Exception {
        Path file = get(SHA_256);

        assertThat(Files.readAllBytes(file)).isEqualTo(MODEL);
        assertThat(file).hasFileName(SHA_256.substring(0, 12) + "-tiny.gguf");
        assertThat(progress).contains("downloading, 50 % of 3 MB").endsWith("downloading, 100 % of 3 MB");
        assertThat(get(SHA_256)).isEqualTo(file);
        assertThat(ranges).containsExactly("none");
    }

    @Test
    void of_downloadThatBrokeOff_goesOnWhereItWas() throws Exception {
        breaksOffAfter = 1 << 20;
        assertThatThrownBy(() -> get(SHA_256)).isInstanceOf(IOException.class);
        breaksOffAfter = MODEL.length;
        long had = Files.size(part());

        Path file = get(SHA_256);

        assertThat(had).isPositive();
        assertThat(Files.readAllBytes(file)).isEqualTo(MODEL);
        assertThat(ranges).containsExactly("none", "bytes=" + had + "-");
    }

    @Test
    void of_serverWithoutRanges_startsAgain() throws Exception {
        understandsRanges = false;
        Files.write(part(), Arrays.copyOf(MODEL, 1000));

        assertThat(Files.readAllBytes(get(SHA_256))).isEqualTo(MODEL);
    }

    @Test
    void of_partThatIsAlreadyWhole_isTaken() throws Exception {
        Files.write(part(), MODEL);

        assertThat(Files.readAllBytes(get(SHA_256))).isEqualTo(MODEL);
    }

    @Test
    void of_anotherFileThanExpected_isRefusedAndDropped() {
        String other = "0".repeat(64);

        assertThatThrownBy(() -> get(other))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(SHA_256)
                .hasMessageContaining(other);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void of_missingOnTheServer_saysTheStatus() {
        server.removeContext("/");

        assertThatThrownBy(() -> get(SHA_256)).hasMessageContaining("404");
    }

    @Test
    void of_path_isTakenAsItIs() throws Exception {
        Path file = Files.write(folder.resolve("own.gguf"), MODEL);

        assertThat(files().of(file.toString(), null)).isEqualTo(file);
        assertThat(files().of(file.toString(), SHA_256)).isEqualTo(file);
        assertThatThrownBy(() -> files().of(file.toString(), "0".repeat(64))).hasMessageContaining(SHA_256);
        assertThatThrownBy(() -> files().of(folder.resolve("none.gguf").toString(), null))
                .hasMessageContaining("there is no file");
    }

    private Path part() {
        return folder.resolve(SHA_256.substring(0, 12) + "-tiny.gguf.part");
    }

    private ModelFile files() {
        return new ModelFile(folder, progress::add);
    }

    private Path get(String sha256) throws Exception {
        return files().of(
                        "http://127.0.0.1:" + server.getAddress().getPort() + "/repo/tiny.gguf?download=true", sha256);
    }

    private void serve(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        ranges.add(range == null ? "none" : range);
        int from = range == null || !understandsRanges ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        try (exchange) {
            if (from >= MODEL.length) {
                exchange.sendResponseHeaders(416, -1);
                return;
            }
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, MODEL.length - from);
            exchange.getResponseBody().write(MODEL, from, Math.min(breaksOffAfter, MODEL.length - from));
        }
    }
}
