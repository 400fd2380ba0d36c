package io.llmtwin.api;

/** The API would be open to others than this machine. */
public final class OpenDoorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OpenDoorException(String address) {
        super("SERVER_ADDRESS opens the API on " + address
                + ", but LLM_TWIN_API_KEYS is not set: anybody who reaches it could use it");
    }
}
