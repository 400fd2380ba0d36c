package io.llmtwin.llm;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls whose whole answer has to be there within the request's timeout. The JDK's client holds that for the answer's
 * headers alone, and waits for its body for ever. Thread-safe.
 */
public final class WholeAnswers {
    private final HttpClient http;

    public WholeAnswers(HttpClient http) {
        this.http = http;
    }

    /**
     * The answer to {@code request}, which has a timeout. Past it, it is a {@link TimeoutException}; then, and where the
     * answer is cancelled, the call is broken off.
     */
    public CompletableFuture<HttpResponse<byte[]>> send(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> call = http.sendAsync(request, BodyHandlers.ofByteArray());
        CompletableFuture<HttpResponse<byte[]>> answer =
                call.copy().orTimeout(request.timeout().orElseThrow().toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<?> unused = answer.whenComplete((response, failure) -> call.cancel(true));
        return answer;
    }
}
