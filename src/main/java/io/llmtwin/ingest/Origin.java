package io.llmtwin.ingest;

/** Where a stored document came from. */
public enum Origin {
    /** From the corpus, which alone decides when it goes. */
    CORPUS("corpus"),
    /** From a client. */
    API("api");

    private final String payloadValue;

    Origin(String payloadValue) {
        this.payloadValue = payloadValue;
    }

    /** Value of the payload's {@code origin}. */
    public String payloadValue() {
        return payloadValue;
    }
}
