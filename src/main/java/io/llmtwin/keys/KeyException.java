package io.llmtwin.keys;

/** The setting LLM_TWIN_API_KEYS is not what it may be. Its message holds no key. */
public final class KeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeyException(String message, Throwable cause) {
        super(message, cause);
    }
}
