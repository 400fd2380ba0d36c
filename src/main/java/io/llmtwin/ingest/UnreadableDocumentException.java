package io.llmtwin.ingest;

/** A file or entry of a corpus isn't what it should be; the message says how, for whoever wrote it. */
final class UnreadableDocumentException extends Exception {
    private static final long serialVersionUID = 1;

    UnreadableDocumentException(String reason) {
        super(reason);
    }
}
