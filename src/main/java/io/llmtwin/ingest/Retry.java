package io.llmtwin.ingest;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/** Tries again what failed for a reason that may pass, with growing pauses, and only so often. Thread-safe. */
final class Retry {
    private static final Set<Status.Code> PASSING = Set.of(
            Status.Code.UNAVAILABLE,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.RESOURCE_EXHAUSTED,
            Status.Code.ABORTED,
            Status.Code.INTERNAL,
            Status.Code.CANCELLED);

    private final BackOff pauses;

    Retry(BackOff pauses) {
        this.pauses = pauses;
    }

    /**
     * The result of {@code call}.
     *
     * @param what it does, for the message of a failure
     * @throws StoreException if the call failed for good
     */
    <T> T call(String what, Callable<T> call) throws InterruptedException {
        BackOffExecution pause = pauses.start();
        while (true) {
            try {
                return call.call();
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                if (Thread.interrupted()) {
                    throw (InterruptedException) new InterruptedException().initCause(e);
                }
                long millis = mayPass(e) ? pause.nextBackOff() : BackOffExecution.STOP;
                if (millis == BackOffExecution.STOP) {
                    throw new StoreException("the vector store failed to " + what + ": " + reason(e), e);
                }
                Thread.sleep(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
            }
        }
    }

    private static boolean mayPass(Throwable failure) {
        return failure instanceof TimeoutException
                || status(failure)
                        .map(status -> PASSING.contains(status.getCode()))
                        .orElse(false);
    }

    private static String reason(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return "no answer in time";
        }
        return status(failure)
                .map(status ->
                        status.getCode() + (status.getDescription() == null ? "" : " " + status.getDescription()))
                .orElse(failure.toString());
    }

    private static Optional<Status> status(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StatusRuntimeException e) {
                return Optional.of(e.getStatus());
            }
            if (cause instanceof StatusException e) {
                return Optional.of(e.getStatus());
            }
        }
        return Optional.empty();
    }
}
