package io.llmtwin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on loopback that answers JSON with what a test tells it to, and remembers what it was asked. */
public final class LoopbackServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile Behaviour behaviour;

    public LoopbackServer(Behaviour behaviour) throws IOException {
        this.behaviour = behaviour;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(workers);
        server.createContext("/", this::serve);
        server.start();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Request request = new Request(
                    exchange.getRequestURI().getRawPath(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestHeaders().getFirst("traceparent"),
                    JSON.readTree(exchange.getRequestBody().readAllBytes()));
            requests.add(request);
            Reply reply = behaviour.to(request);
            byte[] body = reply.body.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    public void behave(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    public URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    public List<Request> requests() {
        return requests;
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }

    /** A chat completion, as OpenAI's API answers it. */
    public static Reply completion(String content) {
        try {
            return new Reply(200, """
                    {"id":"x","object":"chat.completion","model":"m","choices":[{"index":0,"finish_reason":"stop",
                     "message":{"role":"assistant","content":%s}}],
                     "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}
                    """.formatted(JSON.writeValueAsString(content)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a request brought. */
    public record Request(String path, String authorization, String traceparent, JsonNode body) {}

    /** What to answer. */
    public record Reply(int status, String body) {}

    /** How to answer. */
    @FunctionalInterface
    public interface Behaviour {
        Reply to(Request request);
    }
}
