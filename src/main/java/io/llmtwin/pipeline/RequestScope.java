package io.llmtwin.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What the service keeps for one request while it runs through a revision, in variables that routes may read:
 * {@code revision}, {@code warnings} (a list of names), {@code timings}, and {@code deadline}, the {@link Instant} by
 * which it has to be answered.
 */
public final class RequestScope {
    public static final String REVISION = "revision";
    public static final String WARNINGS = "warnings";
    public static final String TIMINGS = "timings";
    public static final String DEADLINE = "deadline";

    /** Variable in which the door says who waits for the answer, as a {@link Client}. */
    public static final String CLIENT = "client";

    /** Variable in which the door says which revision the client wants; unset for the one that serves. */
    public static final String WANTED_REVISION = "wantedRevision";

    /** Variable with the {@link Experiment.Place} of a request that takes part in an experiment. */
    public static final String EXPERIMENT = "experiment";

    static final String REHEARSAL = "rehearsal";
    private static final String LIFETIME = "lifetime";
    private static final Duration OUTSIDE = Duration.ofHours(1);

    private RequestScope() {}

    static void begin(Exchange exchange, String revision, Lifetime lifetime) {
        exchange.setVariable(REVISION, revision);
        exchange.setVariable(WARNINGS, new CopyOnWriteArrayList<String>());
        exchange.setVariable(TIMINGS, new StepTimings());
        exchange.setVariable(LIFETIME, lifetime);
        exchange.setVariable(DEADLINE, Instant.now().plus(lifetime.left()));
    }

    /** How long {@code exchange}'s request may still run; a lifetime of its own where it runs outside a revision. */
    public static Lifetime lifetime(Exchange exchange) {
        Lifetime lifetime = exchange.getVariable(LIFETIME, Lifetime.class);
        return lifetime == null ? new Lifetime(OUTSIDE, Client.PATIENT) : lifetime;
    }

    /** The rehearsal that {@code exchange} belongs to; null where it is a live request. */
    public static @Nullable Rehearsal rehearsal(Exchange exchange) {
        return exchange.getVariable(REHEARSAL, Rehearsal.class);
    }

    /** What {@code exchange}'s request has in common with those before it: its conversation, else its client. */
    static String stickyKey(Exchange exchange) {
        for (String name : new String[] {"conversationId", "affinity", "caller", "traceId"}) {
            String key = exchange.getVariable(name, String.class);
            if (key != null) {
                return key;
            }
        }
        return exchange.getExchangeId();
    }

    /** The timings of {@code exchange}'s request; those of a new one where it runs outside a revision. */
    public static StepTimings timings(Exchange exchange) {
        StepTimings timings = exchange.getVariable(TIMINGS, StepTimings.class);
        return timings == null ? new StepTimings() : timings;
    }

    /** What was degraded or left out so far, in the order in which it happened, without repeats. */
    @SuppressWarnings("unchecked")
    public static List<String> warnings(Exchange exchange) {
        List<String> warnings = exchange.getVariable(WARNINGS, List.class);
        return warnings == null ? List.of() : warnings;
    }

    /** Notes that {@code warning} applies to the answer of {@code exchange}'s request. */
    @SuppressWarnings("unchecked")
    public static void warn(Exchange exchange, String warning) {
        List<String> warnings = exchange.getVariable(WARNINGS, List.class);
        if (warnings != null && !warnings.contains(warning)) {
            warnings.add(warning);
        }
    }
}
