package io.llmtwin.monitoring.comet;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bean {@code cometServer}: where Comet is, and who we are there. */
@Component
public final class CometServer {
    private final CometSettings settings;

    CometServer(CometSettings settings) {
        this.settings = settings;
    }

    /** Scheme, host and port, without a trailing slash. */
    public String url() {
        return settings.url().getScheme() + "://" + settings.url().getRawAuthority();
    }

    /** Value of the Authorization header; null where there is no key. */
    public @Nullable String authorization() {
        return settings.apiKey();
    }
}
