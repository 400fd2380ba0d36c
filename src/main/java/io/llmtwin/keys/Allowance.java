package io.llmtwin.keys;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.EstimationProbe;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is left of the {@link Limits} of one key. Requests are paid for when they come. Tokens are paid for when it is
 * known how many they were, so a request is let in while any are left, and one that took more than were left is paid off
 * by those that come after it. Both grow back evenly over a minute. Thread-safe.
 */
public final class Allowance {
    private final Limits limits;
    private final @Nullable Bucket requests;
    private final @Nullable Bucket tokens;

    Allowance(Limits limits) {
        this.limits = limits;
        this.requests = bucket(limits.requestsPerMinute());
        this.tokens = bucket(limits.tokensPerMinute());
    }

    private static @Nullable Bucket bucket(int perMinute) {
        return perMinute == 0
                ? null
                : Bucket.builder()
                        .addLimit(Bandwidth.builder()
                                .capacity(perMinute)
                                .refillGreedy(perMinute, Duration.ofMinutes(1))
                                .build())
                        .build();
    }

    Limits limits() {
        return limits;
    }

    /** Takes one request, unless there is none left or no token is. */
    public Take take() {
        Share left = null;
        Share leftTokens = null;
        Duration pause = Duration.ZERO;
        if (tokens != null) {
            EstimationProbe probe = tokens.estimateAbilityToConsume(1);
            leftTokens = share(limits.tokensPerMinute(), probe.getRemainingTokens());
            pause = probe.canBeConsumed() ? pause : Duration.ofNanos(probe.getNanosToWaitForRefill());
        }
        if (requests != null && pause.isZero()) {
            ConsumptionProbe probe = requests.tryConsumeAndReturnRemaining(1);
            left = share(limits.requestsPerMinute(), probe.getRemainingTokens());
            pause = probe.isConsumed() ? pause : Duration.ofNanos(probe.getNanosToWaitForRefill());
        } else if (requests != null) {
            left = share(limits.requestsPerMinute(), requests.getAvailableTokens());
        }
        return new Take(pause, left, leftTokens);
    }

    /** Pays for {@code count} tokens, whether or not they are left. */
    public void spend(long count) {
        if (tokens != null && count > 0) {
            tokens.consumeIgnoringRateLimits(count);
        }
    }

    private static Share share(int limit, long left) {
        long missing = limit - left;
        return new Share(limit, Math.max(0, left), Duration.ofMillis(Math.max(0, missing * 60_000 / limit)));
    }

    /**
     * What became of a request.
     *
     * @param pause zero if it was let in; else when to try again
     * @param requests what is left of them; null where they are not limited
     * @param tokens what is left of them; null where they are not limited
     */
    public record Take(
            Duration pause,
            @Nullable Share requests,
            @Nullable Share tokens) {
        /** Whether the request may go on. */
        public boolean isLetIn() {
            return pause.isZero();
        }
    }

    /**
     * What is left of a limit.
     *
     * @param limit in a minute
     * @param left of it now
     * @param full when all of it will be there again, if nothing more is taken
     */
    public record Share(int limit, long left, Duration full) {}
}
