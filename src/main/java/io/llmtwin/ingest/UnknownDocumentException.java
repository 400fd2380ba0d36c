package io.llmtwin.ingest;

/** There is no document of that id. */
public final class UnknownDocumentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownDocumentException(String id) {
        super("there is no document " + id);
    }
}
