package io.llmtwin.keys;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A door would be open to others than this machine. */
public final class OpenDoorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private OpenDoorException(String message) {
        super(message);
    }

    /**
     * Makes sure that without keys a door is open on loopback alone.
     *
     * @param address that it listens on; null for all of them
     * @param setting that names it
     * @param what it opens
     * @throws OpenDoorException if others could use it
     */
    public static void refuse(KeyRing keys, @Nullable InetAddress address, String setting, String what) {
        if (keys.isEmpty() && (address == null || !address.isLoopbackAddress())) {
            throw new OpenDoorException(setting + " opens " + what + " on "
                    + (address == null ? "every address" : address.getHostAddress())
                    + ", but LLM_TWIN_API_KEYS is not set: anybody who reaches it could use it");
        }
    }
}
