package io.llmtwin.ingest;

import java.time.Duration;

/** So many chunks are being embedded and stored that an upload was not begun. */
public final class UploadRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Duration retryAfter;

    UploadRefusedException(int pending, Duration retryAfter) {
        super(pending + " chunks are still being embedded; nothing of this was taken, send it again later");
        this.retryAfter = retryAfter;
    }

    /** When it is worth trying again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
