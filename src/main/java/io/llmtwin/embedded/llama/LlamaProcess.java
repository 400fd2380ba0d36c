package io.llmtwin.embedded.llama;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * A small language model that runs in llama.cpp, in a child process, behind OpenAI's wire on loopback. llama.cpp can take
 * its process down, which is why it isn't this one: a child that ends is started again, on the same port, with growing
 * pauses. The child ends with this process, however that ends. Thread-safe.
 */
public final class LlamaProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LlamaProcess.class);
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** A child that ran so long was well, so that its successor starts without a pause. */
    private static final Duration WELL = Duration.ofMinutes(1);
    /** The parent's keys are none of the child's business. */
    private static final Set<String> INHERITED =
            Set.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "JAVA_TOOL_OPTIONS", "SYSTEMROOT");

    private final LlamaSettings settings;
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final Thread supervisor;
    private volatile @Nullable Process child;
    private volatile boolean closed;
    private volatile String state = "starting";

    private LlamaProcess(LlamaSettings settings) {
        this.settings = settings;
        supervisor = new Thread(this::supervise, "llama-supervisor");
        supervisor.setDaemon(true);
    }

    /**
     * Starts a child and returns once it listens; it may still be downloading or loading then, and answers 503.
     *
     * @throws UncheckedIOException if it can't be started
     */
    public static LlamaProcess start(LlamaSettings settings) {
        LlamaProcess process = new LlamaProcess(settings);
        process.supervisor.start();
        try {
            process.port.orTimeout(START.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            process.close();
            throw new UncheckedIOException(
                    new IOException("the process of the model " + settings.name() + " does not start", e.getCause()));
        }
        return process;
    }

    /** Where clients find the API: {@code http://127.0.0.1:<port>/v1}. */
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port.join() + "/v1");
    }

    /** The id under which clients ask for the model. */
    public String model() {
        return settings.name();
    }

    /** What it is doing, in words; {@code ready} once it serves. */
    public String state() {
        return state;
    }

    /** The child's process id; empty while there is none. */
    OptionalLong pid() {
        Process running = child;
        return running != null && running.isAlive() ? OptionalLong.of(running.pid()) : OptionalLong.empty();
    }

    /** Ends the child; what it is generating is cut off. */
    @Override
    public void close() {
        closed = true;
        supervisor.interrupt();
        Process running = child;
        if (running != null) {
            end(running);
        }
        Uninterruptibles.joinUninterruptibly(supervisor, END);
    }

    private void supervise() {
        ExponentialBackOff pauses = new ExponentialBackOff(500, 2);
        pauses.setMaxInterval(LONGEST_PAUSE.toMillis());
        BackOffExecution pause = pauses.start();
        while (!closed) {
            long begun = System.nanoTime();
            try {
                run();
            } catch (IOException e) {
                state = "can't be started: " + e.getMessage();
                port.completeExceptionally(e);
            }
            if (closed) {
                return;
            }
            if (System.nanoTime() - begun > WELL.toNanos()) {
                pause = pauses.start();
            }
            long millis = pause.nextBackOff();
            LOG.warn("the model's process ended ({}); the next starts in {} ms", state, millis);
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Runs a child to its end. */
    private void run() throws IOException {
        Files.createDirectories(settings.folder());
        ProcessBuilder builder = new ProcessBuilder(command());
        builder.environment().keySet().retainAll(INHERITED);
        builder.redirectError(
                Redirect.appendTo(settings.folder().resolve("llama.log").toFile()));
        Process process = builder.start();
        child = process;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            if (closed) {
                end(process);
            }
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                read(line);
            }
        } catch (IOException e) {
            LOG.debug("the model's process ended in the middle of a line", e);
        }
        int status = process.onExit().join().exitValue();
        if (status != LlamaServer.NO_MODEL) {
            state = "ended with status " + status;
        }
    }

    private void read(String line) {
        if (line.startsWith(LlamaServer.PORT)) {
            port.complete(Integer.parseInt(line.substring(LlamaServer.PORT.length())));
        } else if (line.startsWith(LlamaServer.STATE)) {
            state = line.substring(LlamaServer.STATE.length());
            LOG.info("embedded model {}: {}", settings.name(), state);
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:-CreateCoredumpOnCrash"));
        command.add("-XX:ErrorFile=" + settings.folder().resolve("crash.log"));
        command.add("-Dde.kherud.llama.tmpdir=" + settings.folder());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        String main = LlamaServer.class.getName();
        if (isOnClassPath(main)) {
            command.add(main);
        } else {
            command.add("-Dloader.main=" + main);
            command.add("org.springframework.boot.loader.launch.PropertiesLauncher");
        }
        command.addAll(
                settings.onPort(port.isDone() ? port.join() : settings.port()).arguments());
        return command;
    }

    /** Not so in Spring Boot's jar of jars, whose own launcher finds it. */
    private static boolean isOnClassPath(String type) {
        return ClassLoader.getSystemClassLoader().getResource(type.replace('.', '/') + ".class") != null;
    }

    private static void end(Process process) {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("the model's process has closed its input", e);
        }
        try {
            process.onExit().get(END.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
