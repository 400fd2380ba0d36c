package io.llmtwin.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.common.base.Throwables;
import dev.langchain4j.exception.HttpException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.llmtwin.llm.ReplicaFailedException;
import java.io.IOException;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the last calls of an upstream came to, as its circuit breaker heard of them. Thread-safe. */
final class LastCalls {
    private static final int LONGEST = 200;

    private final CircuitBreaker breaker;
    private volatile @Nullable ZonedDateTime success;
    private volatile @Nullable Failure failure;
    private volatile boolean lastFailed;

    LastCalls(CircuitBreaker breaker) {
        this.breaker = breaker;
        breaker.getEventPublisher()
                .onSuccess(event -> succeeded(event.getCreationTime()))
                .onError(event -> failed(event.getThrowable(), event.getCreationTime()))
                .onIgnoredError(event -> {
                    // who left says nothing of the upstream
                    if (!(event.getThrowable() instanceof CancellationException)) {
                        failed(event.getThrowable(), event.getCreationTime());
                    }
                });
    }

    private void succeeded(ZonedDateTime time) {
        success = time;
        lastFailed = false;
    }

    private void failed(Throwable failed, ZonedDateTime time) {
        failure = new Failure(reason(failed), time);
        lastFailed = true;
    }

    /** Whether the last call was answered and the next one will be made. */
    boolean isWell() {
        return !lastFailed && breaker.getState() == State.CLOSED;
    }

    /** Of the breaker, of the last error and of the last success. */
    Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("circuit_breaker", breaker.getState().name().toLowerCase(Locale.ROOT));
        Failure last = failure;
        if (last != null) {
            details.put("last_error", last.reason);
            details.put("last_error_time", last.time.toInstant().toString());
        }
        ZonedDateTime answered = success;
        if (answered != null) {
            details.put("last_success", answered.toInstant().toString());
        }
        return details;
    }

    /** Never what a server wrote, in which keys and questions may be quoted. */
    static String reason(Throwable failure) {
        List<Throwable> chain = Throwables.getCausalChain(failure);
        return Stream.<Stream<@Nullable String>>of(
                        chain.stream()
                                .filter(HttpException.class::isInstance)
                                .map(cause -> "status " + ((HttpException) cause).statusCode()),
                        chain.stream().filter(LastCalls::isOurs).map(Throwable::getMessage),
                        chain.stream().filter(LastCalls::isOfTheConnection).map(LastCalls::text),
                        chain.stream()
                                .filter(cause ->
                                        cause instanceof StatusException || cause instanceof StatusRuntimeException)
                                .map(cause ->
                                        Status.fromThrowable(cause).getCode().name()))
                .flatMap(reasons -> reasons)
                .filter(Objects::nonNull)
                .findFirst()
                .map(reason -> reason.length() > LONGEST ? reason.substring(0, LONGEST) : reason)
                .orElseGet(() -> Throwables.getRootCause(failure).getClass().getSimpleName());
    }

    private static boolean isOfTheConnection(Throwable cause) {
        return cause instanceof IOException && !(cause instanceof JsonProcessingException);
    }

    private static String text(Throwable cause) {
        String name = cause.getClass().getSimpleName();
        return cause.getMessage() == null ? name : name + ": " + cause.getMessage();
    }

    private static boolean isOurs(Throwable cause) {
        return cause instanceof CancellationException
                || cause instanceof TimeoutException
                || cause instanceof ReplicaFailedException
                || cause.getClass() == IllegalStateException.class;
    }

    private record Failure(String reason, ZonedDateTime time) {}
}
