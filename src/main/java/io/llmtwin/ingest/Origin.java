package io.llmtwin.ingest;

import java.util.Arrays;
import java.util.Optional;

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

    /** The origin that {@code payloadValue} stands for; empty for points that the course's code stored. */
    static Optional<Origin> of(String payloadValue) {
        return Arrays.stream(values())
                .filter(origin -> origin.payloadValue.equals(payloadValue))
                .findFirst();
    }
}
