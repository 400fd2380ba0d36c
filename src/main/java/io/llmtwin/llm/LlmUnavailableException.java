package io.llmtwin.llm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** No replica of the language model could answer. */
public final class LlmUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Duration retryAfter;

    LlmUnavailableException(String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.retryAfter = retryAfter == null ? SOON : retryAfter;
    }

    /** After which time it is worth to ask again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
