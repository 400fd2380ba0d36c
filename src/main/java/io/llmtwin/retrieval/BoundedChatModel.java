package io.llmtwin.retrieval;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * A chat model that is given up on: each call after a time, and after several failures all calls for a while. The
 * time is kept whatever the other side does; that of an HTTP client often ends with the response's headers.
 * Thread-safe.
 */
public final class BoundedChatModel implements ChatModel, AutoCloseable {
    private static final int LOOKED_AT = 10;
    private static final int FEWEST = 2;

    private final ChatModel model;
    private final Duration timeout;
    private final CircuitBreaker breaker;
    private final ExecutorService callers;

    /**
     * {@code model} within bounds.
     *
     * @param timeout for one call
     * @param pause without calls, once half of the last {@value #LOOKED_AT} (and at least {@value #FEWEST}) failed; the
     *     call after it decides whether another pause follows
     */
    public BoundedChatModel(String name, ChatModel model, Duration timeout, Duration pause) {
        this(name, model, timeout, pause, UnaryOperator.identity());
    }

    /**
     * {@code model} within bounds.
     *
     * @param handing wraps the executor that the calls run on, so that what belongs to the caller's thread goes along
     */
    public BoundedChatModel(
            String name, ChatModel model, Duration timeout, Duration pause, UnaryOperator<ExecutorService> handing) {
        this.model = model;
        this.timeout = timeout;
        this.callers = handing.apply(Executors.newCachedThreadPool(runnable -> {
            Thread thread = new Thread(runnable, "bounded-chat-model");
            thread.setDaemon(true);
            return thread;
        }));
        this.breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(LOOKED_AT)
                        .minimumNumberOfCalls(FEWEST)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(pause)
                        .writableStackTraceEnabled(false)
                        .ignoreException(failure -> Thread.currentThread().isInterrupted())
                        .build());
    }

    /**
     * Calls the model.
     *
     * @throws RuntimeException whatever the model throws, {@link CancellationException} past the timeout, or
     *     {@link io.github.resilience4j.circuitbreaker.CallNotPermittedException} while the model is not called
     */
    @Override
    public ChatResponse chat(ChatRequest request) {
        return breaker.executeSupplier(() -> inTime(request));
    }

    private ChatResponse inTime(ChatRequest request) {
        Future<ChatResponse> call = callers.submit(() -> model.chat(request));
        try {
            return call.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CancellationException("no answer within " + timeout.toMillis() + " ms");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } finally {
            call.cancel(true);
        }
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return model.defaultRequestParameters();
    }

    @Override
    public ModelProvider provider() {
        return model.provider();
    }

    /** Gives up on the calls under way. */
    @Override
    public void close() {
        callers.shutdownNow();
    }
}
