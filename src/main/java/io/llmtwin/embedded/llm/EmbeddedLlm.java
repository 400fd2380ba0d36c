package io.llmtwin.embedded.llm;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.sun.net.httpserver.HttpServer;
import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * An OpenAI-compatible server on the loopback interface that answers as vLLM's does and serves one model.
 *
 * <p>{@code POST /v1/chat/completions}, plain or streamed, {@code GET /v1/models}, {@code POST /tokenize} and
 * {@code GET /health} behave as in vLLM 0.32. What differs: {@code n} must be 1, and a body may have 8 MiB. Thread-safe.
 */
public final class EmbeddedLlm implements AutoCloseable {
    /** The name of the model that quotes the sources it is sent, and needs no GPU, no download and no key. */
    public static final String EXTRACTIVE = "extractive";

    private static final int MOST_THREADS = 64;

    private final HttpServer server;
    private final ExecutorService workers;

    private EmbeddedLlm(HttpServer server, ExecutorService workers) {
        this.server = server;
        this.workers = workers;
    }

    /**
     * Starts a server of the model {@value #EXTRACTIVE}.
     *
     * @param port 0 for any that is free
     * @param embeddings stays the caller's to close, after this server
     * @throws UncheckedIOException if the port is taken
     */
    public static EmbeddedLlm start(int port, OnnxEmbeddingModel embeddings) {
        ServedModel model = new ExtractiveCompletions(embeddings);
        return start(port, () -> model);
    }

    /**
     * Starts a server of a model.
     *
     * @param port 0 for any that is free
     * @param model throws {@link ModelNotReadyException} while requests are to get 503
     * @throws UncheckedIOException if the port is taken
     */
    public static EmbeddedLlm start(int port, Supplier<ServedModel> model) {
        // Without it each frame of a stream waits up to 40 ms for the acknowledgement of the one before.
        setUnlessSet("sun.net.httpserver.nodelay", "true");
        // Beyond so many, connections are closed as soon as they are idle: 200 unless set, which two pools soon have.
        setUnlessSet("sun.net.httpserver.maxIdleConnections", "2000");
        try {
            HttpServer server = HttpServer.create(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
            ExecutorService workers = workers();
            server.setExecutor(workers);
            server.createContext("/", new HttpRouter(new Api(model)));
            server.start();
            return new EmbeddedLlm(server, workers);
        } catch (IOException e) {
            throw new UncheckedIOException("the embedded model can't listen on port " + port, e);
        }
    }

    /** Where clients find the API: {@code http://127.0.0.1:<port>/v1}. */
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    /** Stops at once; what is in flight is cut off. */
    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private static ExecutorService workers() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            return platformWorkers();
        }
    }

    private static ExecutorService platformWorkers() {
        ThreadPoolExecutor workers = new ThreadPoolExecutor(
                MOST_THREADS,
                MOST_THREADS,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new ThreadFactoryBuilder()
                        .setNameFormat("embedded-llm")
                        .setDaemon(true)
                        .build());
        workers.allowCoreThreadTimeOut(true);
        return workers;
    }
}
