package io.llmtwin.monitoring.delivery;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a target is left alone after failures, and why: twice as long after each in a row, spread at random, so that
 * many services don't come back all at once; as long as it asks itself, if that is longer; and long at once where it
 * doesn't let us in, since that won't heal by asking. One thread begins and ends it; any may look.
 */
final class Rest {
    private static final Logger LOG = LoggerFactory.getLogger(Rest.class);
    private static final double GROWTH = 2;
    private static final double SPREAD = 0.5;

    private final String target;
    private final DeliverySettings settings;
    private final IntervalFunction pauses;
    private final Clock clock;
    private int failures;
    private volatile Instant until = Instant.MIN;
    private volatile @Nullable Problem problem;

    Rest(String target, DeliverySettings settings, Clock clock) {
        this.target = target;
        this.settings = settings;
        this.pauses = IntervalFunction.ofExponentialRandomBackoff(
                settings.firstPause(), GROWTH, SPREAD, settings.longestPause());
        this.clock = clock;
    }

    /** Begins, or goes on, because of {@code failure}. */
    void begin(Exception failure) {
        failures++;
        DeliveryFailedException answer = answer(failure);
        boolean denied = answer != null && answer.verdict() == Verdict.DENIED;
        Duration pause = denied ? settings.longestPause() : Duration.ofMillis(pauses.apply(failures));
        Duration asked = answer == null ? null : answer.retryAfter();
        if (asked != null && asked.compareTo(pause) > 0) {
            pause = asked;
        }
        Instant now = clock.instant();
        String reason = reason(failure);
        if (denied) {
            LOG.error(
                    "{} doesn't let us in; its records are kept, and it is asked again in {}: {}",
                    target,
                    pause,
                    reason);
        } else if (problem == null) {
            LOG.warn("{} can't be delivered to; its records are kept until it can: {}", target, reason);
        }
        problem = new Problem(reason, now, denied);
        until = now.plus(pause);
    }

    /** Ends, because something was delivered. */
    void end() {
        if (problem != null) {
            LOG.info("delivery to {} goes on", target);
            problem = null;
        }
        failures = 0;
    }

    /** When the target is asked again; null where that may be now. */
    @Nullable
    Instant until() {
        return clock.instant().isBefore(until) ? until : null;
    }

    /** Why nothing is delivered; null where all is well. */
    @Nullable
    Problem problem() {
        return problem;
    }

    /** What the target said, where that is the failure; null where nobody heard it. */
    static @Nullable DeliveryFailedException answer(Exception failure) {
        return ObjectHelper.getException(DeliveryFailedException.class, failure);
    }

    /** The failure in words. What Camel wraps around it names exchanges, which says nothing to an operator. */
    static String reason(Exception failure) {
        Throwable cause = failure;
        while (cause instanceof CamelExchangeException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof DeliveryFailedException ? String.valueOf(cause.getMessage()) : cause.toString();
    }
}
