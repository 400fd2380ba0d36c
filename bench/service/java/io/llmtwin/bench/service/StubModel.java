package io.llmtwin.bench.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An OpenAI-compatible model on loopback that streams the same three tokens to everybody at once. */
public final class StubModel implements AutoCloseable {
    private static final String FRAMES = """
            data: {"model":"stub","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}

            data: {"choices":[{"index":0,"delta":{"content":"It"},"finish_reason":null}]}

            data: {"choices":[{"index":0,"delta":{"content":" is so."},"finish_reason":"stop"}]}

            data: {"choices":[],"usage":{"prompt_tokens":50,"completion_tokens":3,"total_tokens":53}}

            data: [DONE]

            """;

    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final HttpServer server;

    public StubModel() throws IOException {
        // else an answer in two writes waits for the client's delayed acknowledgement
        System.setProperty("sun.net.httpserver.nodelay", "true");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(workers);
        server.createContext("/v1/chat/completions", exchange -> answer(exchange, "text/event-stream", FRAMES));
        server.createContext("/v1/models", exchange -> answer(exchange, "application/json", "{\"data\":[]}"));
        server.start();
    }

    /** What {@code LLM_URLS} should be. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    private static void answer(HttpExchange exchange, String type, String text) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] body = text.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        workers.shutdownNow();
    }
}
