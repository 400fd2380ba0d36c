package io.llmtwin.keys;

/** Keys as a setting names them. */
public final class Keys {
    private Keys() {}

    /** The keys that LLM_TWIN_API_KEYS names when it is {@code setting}; none has a limit. */
    public static KeyRing of(String setting) {
        return new KeyRing(new KeySettings(setting, 0, 0));
    }
}
