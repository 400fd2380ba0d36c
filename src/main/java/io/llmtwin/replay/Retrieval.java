package io.llmtwin.replay;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where the passages of a replayed request come from. */
public enum Retrieval {
    /** From the record: what was shown then is shown again, whatever has been ingested since. */
    @JsonProperty("recorded")
    RECORDED,
    /** From a search by the revision. */
    @JsonProperty("fresh")
    FRESH
}
