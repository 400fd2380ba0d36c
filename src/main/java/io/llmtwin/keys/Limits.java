package io.llmtwin.keys;

/**
 * How much may be done with a key; 0 for no limit.
 *
 * @param requestsPerMinute calls of the API
 * @param tokensPerMinute tokens of prompts and answers together
 */
public record Limits(int requestsPerMinute, int tokensPerMinute) {
    static final Limits NONE = new Limits(0, 0);

    public Limits {
        if (requestsPerMinute < 0 || tokensPerMinute < 0) {
            throw new IllegalArgumentException("a limit must be 0, for none, or more");
        }
    }
}
