package io.llmtwin.pipeline;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.jspecify.annotations.Nullable;

/**
 * A request that is run to see what comes of it. It is counted nowhere and leaves no record: what would have been kept of
 * it is kept here. Thread-safe.
 */
public final class Rehearsal {
    private static final int MOST_ROUNDS = 1_000;

    private final @Nullable List<?> found;
    private int rounds;
    private @Nullable Failure failure;
    private @Nullable Object record;

    /**
     * A rehearsal.
     *
     * @param found passages that take the place of a search; null for one that searches
     */
    Rehearsal(@Nullable List<?> found) {
        this.found = found;
    }

    /** What takes the place of a search, if anything. */
    @Nullable
    List<?> found() {
        return found;
    }

    /** Takes the record that would have been kept of a live request. */
    public synchronized void keep(Object complete) {
        record = complete;
    }

    /** The record; null where the pipeline made none. */
    public synchronized @Nullable Object record() {
        return record;
    }

    /** The first failure on the way, whether or not it was made good again; null where there was none. */
    public synchronized @Nullable Failure failure() {
        return failure;
    }

    /** A loop is about to go round once more; false if it has done so often enough to be taken for one without an end. */
    synchronized boolean mayGoRound() {
        return ++rounds <= MOST_ROUNDS;
    }

    /** {@code exchange} has passed {@code node}. */
    synchronized void passed(NamedNode node, Exchange exchange) {
        if (failure == null && exchange.getException() != null) {
            failure = new Failure(node.getId(), node.getLocation(), node.getLineNumber(), exchange.getException());
        }
    }

    /**
     * Something that went wrong at a node of a route.
     *
     * @param location of the route's file, with Camel's scheme before it
     * @param line of the node in that file, from 1; less where it isn't known
     */
    public record Failure(String node, @Nullable String location, int line, Throwable cause) {
        PipelineProblem problem(String reason) {
            String file = location == null ? null : location.substring(location.indexOf(':') + 1);
            return new PipelineProblem(file, line > 0 ? line : null, null, reason, null);
        }
    }
}
