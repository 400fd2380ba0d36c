package io.llmtwin.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where the files of a revision came from. */
public enum RevisionOrigin {
    /** They were built into the application. */
    @JsonProperty("application")
    APPLICATION,
    /** They lay in the folder of the pipeline. */
    @JsonProperty("folder")
    FOLDER,
    /** They were sent to the API. */
    @JsonProperty("draft")
    DRAFT
}
