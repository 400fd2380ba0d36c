package io.llmtwin.keys;

import java.util.regex.Pattern;

/** Names of this machine to itself. A site whose name was made to mean this machine comes by a name of its own. */
public final class LoopbackName {
    private static final Pattern NAME =
            Pattern.compile("localhost|127(?:\\.\\d{1,3}){3}|\\[?::1]?", Pattern.CASE_INSENSITIVE);

    private LoopbackName() {}

    /** Whether {@code host}, of a request's Host header, is one. */
    public static boolean is(String host) {
        return NAME.matcher(host).matches();
    }
}
