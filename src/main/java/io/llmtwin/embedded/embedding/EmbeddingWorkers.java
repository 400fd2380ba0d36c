package io.llmtwin.embedded.embedding;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that run what was submitted first, but all that is urgent before anything that is not. */
final class EmbeddingWorkers implements AutoCloseable {
    /** For work that is worth waiting for, however long it takes. */
    static final Duration NO_LIMIT = Duration.ofNanos(Long.MAX_VALUE);

    private final AtomicLong sequence = new AtomicLong();
    private final ThreadPoolExecutor threads;

    EmbeddingWorkers(int parallelism) {
        threads = new ThreadPoolExecutor(
                parallelism,
                parallelism,
                0,
                TimeUnit.SECONDS,
                new PriorityBlockingQueue<>(),
                new ThreadFactoryBuilder()
                        .setNameFormat("embedding")
                        .setDaemon(true)
                        .build());
    }

    /**
     * The results of {@code work}, in its order, done side by side.
     *
     * @throws CompletionException with the cause, if a piece fails, {@code limit} passes or the calling thread is
     *     interrupted; pieces that have not begun are then given up
     */
    <T> List<T> all(boolean urgent, List<? extends Callable<T>> work, Duration limit) {
        long begun = System.nanoTime();
        List<Future<T>> pending = new ArrayList<>(work.size());
        List<T> results = new ArrayList<>(work.size());
        try {
            for (Callable<T> piece : work) {
                pending.add(submit(urgent, piece));
            }
            for (Future<T> piece : pending) {
                results.add(piece.get(limit.toNanos() - (System.nanoTime() - begun), TimeUnit.NANOSECONDS));
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        } catch (TimeoutException e) {
            throw new CompletionException("not done within " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } finally {
            pending.forEach(piece -> piece.cancel(false));
        }
    }

    private <T> Future<T> submit(boolean urgent, Callable<T> work) {
        Task<T> task = new Task<>(work, urgent, sequence.getAndIncrement());
        threads.execute(task);
        return task;
    }

    /** Cancels what has not begun, and waits for what has. */
    @Override
    public void close() {
        threads.shutdownNow().forEach(queued -> ((Task<?>) queued).cancel(false));
        Uninterruptibles.awaitTerminationUninterruptibly(threads);
    }

    private static final class Task<T> extends FutureTask<T> implements Comparable<Task<?>> {
        private final boolean urgent;
        private final long number;

        Task(Callable<T> work, boolean urgent, long number) {
            super(work);
            this.urgent = urgent;
            this.number = number;
        }

        @Override
        public int compareTo(Task<?> other) {
            return urgent == other.urgent ? Long.compare(number, other.number) : Boolean.compare(other.urgent, urgent);
        }
    }
}
