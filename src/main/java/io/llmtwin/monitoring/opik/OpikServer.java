package io.llmtwin.monitoring.opik;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bean {@code opikServer}: where Opik is, and who we are there. */
@Component
public final class OpikServer {
    private final OpikSettings settings;

    OpikServer(OpikSettings settings) {
        this.settings = settings;
    }

    /** Base of the API, without a trailing slash. */
    public String url() {
        return settings.url().toString().replaceAll("/+$", "");
    }

    /** Value of the Authorization header; null where there is no key. */
    public @Nullable String authorization() {
        return settings.apiKey();
    }

    /** Value of the Comet-Workspace header; null for the key's own workspace. */
    public @Nullable String workspace() {
        return settings.workspace();
    }
}
