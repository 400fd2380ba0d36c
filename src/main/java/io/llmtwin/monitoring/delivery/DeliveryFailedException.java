package io.llmtwin.monitoring.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A target answered a call with something else than success. */
public final class DeliveryFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 300;

    private final Verdict verdict;
    private final int status;
    private final @Nullable Duration retryAfter;

    /**
     * A failure.
     *
     * @param answer of which the beginning is shown
     * @param retryAfter how long the target wants to be left alone; null where it doesn't say
     */
    public DeliveryFailedException(Verdict verdict, int status, String answer, @Nullable Duration retryAfter) {
        super(message(status, answer.strip()));
        this.verdict = verdict;
        this.status = status;
        this.retryAfter = retryAfter;
    }

    private static String message(int status, String answer) {
        String shown = answer.length() <= SHOWN ? answer : answer.substring(0, SHOWN) + "…";
        return shown.isEmpty() ? "status " + status : "status " + status + ": " + shown;
    }

    /** What that means for what was sent. */
    Verdict verdict() {
        return verdict;
    }

    /** The HTTP status. */
    int status() {
        return status;
    }

    /** How long the target wants to be left alone; null where it doesn't say. */
    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
