package io.llmtwin.bench.service;

import io.llmtwin.LlmTwinApplication;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The service in a process of its own, which can be killed and started anew with the same home and ports. */
public final class ServiceProcess implements AutoCloseable {
    private static final int STARTS_WITHIN_SECONDS = 180;

    private final Map<String, String> settings = new HashMap<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = freePort();
    private final int managementPort = freePort();
    private final File log;
    private Process process;

    /** A service that is not yet started. */
    public ServiceProcess(Path home, Map<String, String> settings) throws IOException {
        this.settings.putAll(settings);
        this.settings.put("LLM_TWIN_HOME", home.toString());
        this.settings.put("SERVER_PORT", String.valueOf(port));
        this.settings.put("MANAGEMENT_SERVER_PORT", String.valueOf(managementPort));
        this.log = home.resolve("service.log").toFile();
    }

    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Starts it and waits until it takes requests. */
    public void start() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                LlmTwinApplication.class.getName()));
        builder.environment().putAll(settings);
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
        long deadline = System.nanoTime() + STARTS_WITHIN_SECONDS * 1_000_000_000L;
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException("the service doesn't start: see " + log);
            }
            Thread.sleep(100);
        }
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The process's number. */
    public long pid() {
        return process.pid();
    }

    /** What Prometheus would read. */
    public String metrics() throws IOException, InterruptedException {
        return get("/actuator/prometheus");
    }

    /** What {@code /actuator/health} says of {@code component}. */
    public String health(String component) throws IOException, InterruptedException {
        return get("/actuator/health/" + component);
    }

    private boolean isReady() throws InterruptedException {
        try {
            return get("/actuator/health/readiness").startsWith("{\"status\":\"UP\"");
        } catch (IOException e) {
            return false;
        }
    }

    private String get(String path) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            kill();
        }
    }
}
