package io.llmtwin.replay;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A piece of a text that stayed, came or went. */
public record Edit(Op op, String text) {
    /** What became of the text. */
    public enum Op {
        /** It is in both. */
        @JsonProperty("equal")
        EQUAL,
        /** Only the new one has it. */
        @JsonProperty("insert")
        INSERT,
        /** Only the old one has it. */
        @JsonProperty("delete")
        DELETE
    }
}
