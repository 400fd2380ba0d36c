package io.llmtwin.pipeline;

/** A request had to end before it was answered. */
public final class RequestEndedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Lifetime.End end;

    public RequestEndedException(Lifetime.End end) {
        super(
                switch (end) {
                    case DEADLINE -> "the deadline of the request has passed";
                    case CLIENT_GONE -> "the client has hung up";
                    case SHUTDOWN -> "the service is stopping";
                });
        this.end = end;
    }

    /** Why. */
    public Lifetime.End end() {
        return end;
    }
}
