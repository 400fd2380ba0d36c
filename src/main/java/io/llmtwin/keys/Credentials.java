package io.llmtwin.keys;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a request's Authorization header holds: a scheme, whose name may be in any case, and what goes with it (RFC 9110). */
public final class Credentials {
    private static final Credentials NONE = new Credentials("", "");

    private final String scheme;
    private final String value;

    private Credentials(String scheme, String value) {
        this.scheme = scheme;
        this.value = value;
    }

    /** The credentials in {@code authorization}, the value of the header; null where there is none. */
    public static Credentials of(@Nullable String authorization) {
        String[] parts =
                authorization == null ? new String[0] : authorization.strip().split(" +", 2);
        return parts.length < 2 ? NONE : new Credentials(parts[0], parts[1]);
    }

    /** The bearer token, if it is one. */
    public Optional<String> bearerToken() {
        return scheme.equalsIgnoreCase("Bearer") ? Optional.of(value) : Optional.empty();
    }

    /** The password of basic authentication, if it is that; the user's name may be any. */
    public Optional<String> password() {
        if (!scheme.equalsIgnoreCase("Basic")) {
            return Optional.empty();
        }
        try {
            String pair = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? Optional.empty() : Optional.of(pair.substring(colon + 1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
