package io.llmtwin.embedded.qdrant;

/** Another process has the folder of the embedded store open. */
public final class StoreInUseException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    StoreInUseException(String message) {
        super(message);
    }
}
