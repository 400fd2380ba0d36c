package io.llmtwin.retrieval;

import java.time.Duration;

/**
 * How long a request waits for the vector store, whatever that does.
 *
 * @param look for what collections there are, which is rarely asked
 * @param search for all searches, which are under way at the same time
 */
public record SearchDeadline(Duration look, Duration search) {
    /** Both of them in {@code whole}. */
    public static SearchDeadline within(Duration whole) {
        Duration look = whole.multipliedBy(2).dividedBy(5);
        return new SearchDeadline(look, whole.minus(look));
    }
}
