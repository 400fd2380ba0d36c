package io.llmtwin.keys;

/** What a key is for. */
public enum Role {
    /** Asks questions, searches, and says what the answers were worth. */
    CLIENT,
    /** What clients may, and all else of the API: documents, traces, the pipeline's revisions. */
    ENGINEER,
    /** What the management port keeps from others. */
    OPS;

    /** Whether who has this role may do what {@code other} may. */
    boolean includes(Role other) {
        return this == other || (this == ENGINEER && other == CLIENT);
    }
}
