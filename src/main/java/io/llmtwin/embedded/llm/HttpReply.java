package io.llmtwin.embedded.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One HTTP exchange: the request's JSON, and the ways to answer it. */
final class HttpReply {
    private static final int LARGEST_BODY = 8 * 1024 * 1024;
    /** Read and dropped, so that a client that sends too much can still read why it is refused. */
    private static final int LARGEST_DROPPED_BODY = 64 * 1024 * 1024;

    private static final int LONGEST_REQUEST_ID = 200;

    private final HttpExchange exchange;
    private final ObjectMapper json;
    private boolean begun;

    HttpReply(HttpExchange exchange, ObjectMapper json) {
        this.exchange = exchange;
        this.json = json;
    }

    JsonNode body() throws IOException, ApiException {
        InputStream in = exchange.getRequestBody();
        byte[] bytes = in.readNBytes(LARGEST_BODY + 1);
        if (bytes.length > LARGEST_BODY) {
            drop(in);
            throw ApiException.tooLarge(LARGEST_BODY);
        }
        try {
            JsonNode body = json.readTree(bytes);
            if (body.isObject()) {
                return body;
            }
        } catch (IOException e) {
            throw ApiException.badRequest(null, "The body is not valid JSON" + place(e) + ".");
        }
        throw ApiException.badRequest(null, "The body must be a JSON object.");
    }

    Optional<String> requestId() {
        @Nullable String id = exchange.getRequestHeaders().getFirst("X-Request-Id");
        return Optional.ofNullable(id).filter(given -> !given.isBlank() && given.length() <= LONGEST_REQUEST_ID);
    }

    void empty(int status) throws IOException {
        begun = true;
        exchange.sendResponseHeaders(status, -1);
    }

    void json(int status, Object body) throws IOException {
        byte[] bytes = json.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        begun = true;
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    EventStream events() throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-cache");
        begun = true;
        exchange.sendResponseHeaders(200, 0);
        return new EventStream(json, exchange.getResponseBody());
    }

    /** Whether the answer is under way, so that another can't be sent. */
    boolean hasBegun() {
        return begun;
    }

    private static void drop(InputStream in) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        int dropped = 0;
        int read = in.read(buffer);
        while (read >= 0 && dropped < LARGEST_DROPPED_BODY) {
            dropped += read;
            read = in.read(buffer);
        }
    }

    private static String place(IOException e) {
        return e instanceof JsonProcessingException json && json.getLocation() != null
                ? " (line " + json.getLocation().getLineNr() + ", column "
                        + json.getLocation().getColumnNr() + ")"
                : "";
    }
}
