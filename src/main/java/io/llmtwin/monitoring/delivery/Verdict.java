package io.llmtwin.monitoring.delivery;

/** What an HTTP status means for what was sent. */
public enum Verdict {
    /** It is there. */
    TAKEN,
    /** It will never be taken as it is. */
    REFUSED,
    /** We may not send, whatever it is; that won't heal by itself. */
    DENIED,
    /** It may be taken another time. */
    POSTPONED;

    /** The verdict of {@code status}; 409 says that what was sent is there already. */
    public static Verdict of(int status) {
        return switch (status) {
            case 409 -> TAKEN;
            case 400, 413, 422 -> REFUSED;
            case 401, 403 -> DENIED;
            default -> status >= 200 && status < 300 ? TAKEN : POSTPONED;
        };
    }
}
