package io.llmtwin.embedded.llm;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a request to its endpoint. Nothing of a request or of its answer is logged. */
final class HttpRouter implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HttpRouter.class);

    private final ObjectMapper json = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private final Map<String, Endpoint> endpoints;

    HttpRouter(Api api) {
        endpoints = Map.of(
                "/health", new Endpoint("GET", api::health),
                "/v1/models", new Endpoint("GET", api::models),
                "/v1/chat/completions", new Endpoint("POST", api::chat),
                "/tokenize", new Endpoint("POST", api::tokenize));
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        HttpReply reply = new HttpReply(exchange, json);
        try (exchange) {
            @Nullable Endpoint endpoint = endpoints.get(exchange.getRequestURI().getPath());
            if (endpoint == null) {
                reply.json(404, Map.of("detail", "Not Found"));
            } else if (!endpoint.method.equals(exchange.getRequestMethod())) {
                exchange.getResponseHeaders().set("Allow", endpoint.method);
                reply.json(405, Map.of("detail", "Method Not Allowed"));
            } else {
                serve(endpoint.action, reply);
            }
        }
    }

    private static void serve(Action action, HttpReply reply) throws IOException {
        try {
            action.serve(reply);
        } catch (ApiException e) {
            reply.json(e.status(), e.body());
        } catch (ModelNotReadyException e) {
            ApiException unavailable = ApiException.unavailable(String.valueOf(e.getMessage()));
            reply.json(unavailable.status(), unavailable.body());
        } catch (RuntimeException e) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            LOG.error("a request failed: {}", e.getClass().getName());
            if (!reply.hasBegun()) {
                ApiException error = ApiException.internal();
                reply.json(error.status(), error.body());
            }
        }
    }

    private record Endpoint(String method, Action action) {}

    /** What an endpoint does with an exchange. */
    @FunctionalInterface
    private interface Action {
        void serve(HttpReply reply) throws IOException, ApiException;
    }
}
