package io.llmtwin.embedded.qdrant;

import io.grpc.Status;

/** A request that is turned down, with the gRPC code and the words that Qdrant would use. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Status status;

    private Refusal(Status status) {
        super(status.getDescription(), null, false, false);
        this.status = status;
    }

    /** What the caller gets. */
    Status status() {
        return status;
    }

    /** NOT_FOUND. */
    static Refusal notFound(String what) {
        return new Refusal(Status.NOT_FOUND.withDescription("Not found: " + what));
    }

    /** NOT_FOUND for a point. */
    static Refusal noPoint(PointKey key) {
        return notFound("No point with id " + key + " found");
    }

    /** ALREADY_EXISTS. */
    static Refusal alreadyExists(String what) {
        return new Refusal(Status.ALREADY_EXISTS.withDescription("Wrong input: " + what));
    }

    /** INVALID_ARGUMENT for what the collection can't take, such as a vector of another length. */
    static Refusal wrongInput(String what) {
        return invalid("Wrong input: " + what);
    }

    /** INVALID_ARGUMENT for a request that makes no sense. */
    static Refusal badRequest(String what) {
        return invalid("Bad request: " + what);
    }

    /** INVALID_ARGUMENT for a field out of its bounds. */
    static Refusal outOfBounds(String field, String why) {
        return invalid("Validation error in body: [" + field + ": " + why + "]");
    }

    /** INVALID_ARGUMENT for a message that can't be read. */
    static Refusal invalid(String message) {
        return new Refusal(Status.INVALID_ARGUMENT.withDescription(message));
    }

    /** UNIMPLEMENTED for what only a Qdrant server does; {@code feature} completes "does not do". */
    static Refusal unsupported(String feature) {
        return new Refusal(Status.UNIMPLEMENTED.withDescription(unsupportedText(feature)));
    }

    /** The words of {@link #unsupported}. */
    static String unsupportedText(String feature) {
        return "the embedded store does not do " + feature + "; set QDRANT_DATABASE_HOST to use a Qdrant server";
    }
}
