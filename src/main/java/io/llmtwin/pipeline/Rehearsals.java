package io.llmtwin.pipeline;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Runs requests to see what comes of them, outside of what clients, monitoring and metrics see. Thread-safe. */
@Component
public final class Rehearsals implements AutoCloseable {
    /** How many of those that come in a series run at a time, whoever asks, so that live requests are not hurt. */
    private static final int AT_A_TIME = 2;

    private static final Duration LONGEST_SERIES = Duration.ofHours(1);
    private static final long LOOK_MS = 200;

    private final Lifetimes lifetimes;
    private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();
    private final Semaphore places = new Semaphore(AT_A_TIME, true);
    private final ExecutorService workers = Executors.newCachedThreadPool(new ThreadFactoryBuilder()
            .setNameFormat("rehearsal")
            .setDaemon(true)
            .build());

    Rehearsals(Lifetimes lifetimes) {
        this.lifetimes = lifetimes;
    }

    /** What comes of {@code request} to {@code revision}, which the caller keeps open. What fails inside is in it. */
    public Outcome run(Revision revision, RehearsalRequest request) {
        Rehearsal rehearsal = new Rehearsal(request.found());
        String traceId = ids.generate().toString();
        Lifetime lifetime = lifetimes.begin(traceId, request.client(), request.time());
        try {
            Exchange exchange = new DefaultExchange(revision.context(), ExchangePattern.InOut);
            request.variables().forEach(exchange::setVariable);
            exchange.setVariable("traceId", traceId);
            RequestScope.begin(exchange, revision.id(), lifetime);
            exchange.setVariable(RequestScope.REHEARSAL, rehearsal);
            exchange.getMessage().setBody(request.variables().get("query"));
            revision.send(request.entry(), exchange);
            request.client().rehearsed(exchange);
            return new Outcome(exchange, rehearsal);
        } finally {
            lifetimes.done(traceId, lifetime);
        }
    }

    /**
     * Has {@code task} run a rehearsal for each of {@code items}, a few at a time. The first failure of a task ends the
     * series.
     *
     * @param id of the request that wants it
     * @param client who waits for all of it
     * @param listener told of what is through; null for nobody
     * @return what came of the items, in their order
     * @throws RequestEndedException if the client hangs up, the service stops, or an hour has passed
     */
    public <T, R> List<R> runAll(
            String id, Client client, List<T> items, Task<T, R> task, @Nullable SeriesListener<R> listener) {
        Lifetime lifetime = lifetimes.begin(id, client, LONGEST_SERIES);
        try {
            Series<T, R> series = new Series<>(lifetime, client, items, task, listener);
            CompletableFuture.allOf(Stream.generate(() -> CompletableFuture.runAsync(() -> work(series), workers))
                            .limit(Math.min(AT_A_TIME, items.size()))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
            lifetime.check();
            return series.results();
        } catch (CompletionException e) {
            lifetime.check();
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        } finally {
            lifetimes.done(id, lifetime);
        }
    }

    private void work(Series<?, ?> series) {
        try {
            while (series.goesOn()) {
                if (places.tryAcquire(LOOK_MS, TimeUnit.MILLISECONDS)) {
                    try {
                        series.runNext();
                    } finally {
                        places.release();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            series.giveUp();
            throw new RequestEndedException(Lifetime.End.SHUTDOWN);
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }

    /** What is done with one item of a series. */
    @FunctionalInterface
    public interface Task<T, R> {
        /**
         * What comes of {@code item}.
         *
         * @param client for whom its rehearsal runs
         */
        R run(T item, Client client);
    }

    /**
     * What came of a request.
     *
     * @param exchange with the variables that the pipeline left, and its failure, if any
     */
    public record Outcome(Exchange exchange, Rehearsal rehearsal) {
        /**
         * This, where somebody still waits for it.
         *
         * @throws RequestEndedException if its client has hung up, or the service stops
         */
        public Outcome awaited() {
            Lifetime.End end = RequestScope.lifetime(exchange).end();
            if (end == Lifetime.End.CLIENT_GONE || end == Lifetime.End.SHUTDOWN) {
                throw new RequestEndedException(end);
            }
            return this;
        }

        /** Whether there is an answer, and a record of it. */
        public boolean isAnswered() {
            return exchange.getException() == null
                    && exchange.getVariable("completion") != null
                    && rehearsal.record() != null;
        }

        /** Why there is no answer, where there is none; in which step, where that is known. */
        public String reason() {
            Exception failure = exchange.getException();
            if (failure == null) {
                return exchange.getVariable("completion") == null
                        ? "the pipeline has set no completion"
                        : "the pipeline has kept no record";
            }
            Rehearsal.Failure first = rehearsal.failure();
            String step = first != null && first.cause() == failure ? "step " + first.node() + ": " : "";
            return step + rootMessage(failure);
        }

        static String rootMessage(Throwable failure) {
            Throwable root = failure;
            while (root.getCause() != null && root.getCause() != root) {
                root = root.getCause();
            }
            return root.getMessage() == null ? root.toString() : root.getMessage();
        }
    }
}
