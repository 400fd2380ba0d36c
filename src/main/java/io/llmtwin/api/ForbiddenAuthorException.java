package io.llmtwin.api;

/** A key that is held to some authors was used to ask for another. */
final class ForbiddenAuthorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ForbiddenAuthorException() {
        super("the key is held to other authors");
    }
}
