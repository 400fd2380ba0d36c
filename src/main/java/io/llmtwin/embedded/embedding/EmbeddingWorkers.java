package io.llmtwin.embedded.embedding;

import com.google.common.util.concurrent.Uninterruptibles;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that run what was submitted first, but all that is urgent before anything that is not. */
final class EmbeddingWorkers implements AutoCloseable {
    private final AtomicLong sequence = new AtomicLong();
    private final ThreadPoolExecutor threads;

    EmbeddingWorkers(int parallelism) {
        threads = new ThreadPoolExecutor(
                parallelism, parallelism, 0, TimeUnit.SECONDS, new PriorityBlockingQueue<>(), runnable -> {
                    Thread thread = new Thread(runnable, "embedding");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    <T> Future<T> submit(boolean urgent, Callable<T> work) {
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
