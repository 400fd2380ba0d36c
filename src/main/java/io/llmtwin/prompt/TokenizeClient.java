package io.llmtwin.prompt;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.llmtwin.llm.LlmServer;
import io.llmtwin.llm.Replica;
import io.llmtwin.llm.WholeAnswers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * vLLM's {@code POST /tokenize}, which stands beside {@code /v1}, of the model server's replicas in turn. One that
 * doesn't answer it, whether it can't or is down, is not asked again for {@link #PAUSE}. Thread-safe.
 */
@Component
class TokenizeClient {
    static final Duration PAUSE = Duration.ofSeconds(30);

    private static final String PATH = "/tokenize";
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

    private final LlmServer server;
    private final ObjectMapper json;
    private final WholeAnswers http;
    private final CircuitBreakerRegistry breakers;
    private final CircuitBreakerConfig config;
    private final AtomicInteger turn = new AtomicInteger();

    @Autowired
    TokenizeClient(
            LlmServer llmServer,
            ObjectMapper json,
            UnaryOperator<HttpClient> connections,
            CircuitBreakerRegistry breakers) {
        this(llmServer, json, connections, breakers, PAUSE);
    }

    TokenizeClient(
            LlmServer llmServer,
            ObjectMapper json,
            UnaryOperator<HttpClient> connections,
            CircuitBreakerRegistry breakers,
            Duration pause) {
        this.http = new WholeAnswers(connections.apply(HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build()));
        this.server = llmServer;
        this.json = json;
        this.breakers = breakers;
        this.config = CircuitBreakerConfig.custom()
                .slidingWindowSize(1)
                .minimumNumberOfCalls(1)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitDurationInOpenState(pause)
                .build();
    }

    /** {@code text} as one user message, counted with all that the model's chat template puts around it. */
    CompletableFuture<Optional<Tokens>> ofMessage(String text) {
        return ask(Map.of("messages", List.of(Map.of("role", "user", "content", text))));
    }

    /** {@code text} by itself, without any token that only marks its beginning or end. */
    CompletableFuture<Optional<Tokens>> ofText(String text) {
        return ask(Map.of("prompt", text, "add_special_tokens", false));
    }

    /** Tokens that the model reads and writes at most, as its server lists it. */
    OptionalInt maxModelLen() {
        return server.maxModelLen();
    }

    /** What the first replica that answers says; empty where none does. Never fails. */
    private CompletableFuture<Optional<Tokens>> ask(Map<String, Object> input) {
        Map<String, Object> body = new LinkedHashMap<>(input);
        body.put("model", server.model());
        String request;
        try {
            request = json.writeValueAsString(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> replicas = server.members().stream()
                .filter(Replica::mayBeAsked)
                .map(Replica::url)
                .toList();
        if (replicas.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return ask(request, replicas, Math.floorMod(turn.getAndIncrement(), replicas.size()), replicas.size());
    }

    private CompletableFuture<Optional<Tokens>> ask(String body, List<String> replicas, int next, int left) {
        if (left == 0) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        String replica = replicas.get(next % replicas.size());
        String url = root(replica) + PATH;
        CircuitBreaker breaker = breakers.circuitBreaker(url, config);
        if (!breaker.tryAcquirePermission()) {
            return ask(body, replicas, next + 1, left - 1);
        }
        long begun = System.nanoTime();
        return http.send(request(url, body))
                .thenApply(this::tokens)
                .thenApply(tokens -> {
                    breaker.onSuccess(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
                    return Optional.of(tokens);
                })
                .exceptionallyCompose(failure -> {
                    breaker.onError(System.nanoTime() - begun, TimeUnit.NANOSECONDS, failure);
                    return ask(body, replicas, next + 1, left - 1);
                });
    }

    private HttpRequest request(String url, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        @Nullable String authorization = server.authorization();
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return request.build();
    }

    private static String root(String replica) {
        String base = replica.replaceAll("/+$", "");
        return base.endsWith("/v1") ? base.substring(0, base.length() - "/v1".length()) : base;
    }

    private Tokens tokens(HttpResponse<byte[]> response) {
        if (response.statusCode() != 200) {
            throw new IllegalStateException("/tokenize answered with status " + response.statusCode());
        }
        try {
            Tokens tokens = json.readValue(response.body(), Tokens.class);
            if (tokens == null || tokens.count == null || tokens.count < 0) {
                throw new IllegalStateException("/tokenize answered without a count");
            }
            return tokens;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What {@code /tokenize} answers, as far as it is used.
     *
     * @param maxModelLen tokens that prompt and completion may have together; null where the server doesn't say
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonNaming(SnakeCaseStrategy.class)
    record Tokens(@Nullable Integer count, @Nullable Integer maxModelLen) {}
}
