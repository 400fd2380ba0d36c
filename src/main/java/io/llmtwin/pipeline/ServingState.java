package io.llmtwin.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * What a restart goes on with.
 *
 * @param active the revision that serves
 * @param previous the one that served before
 * @param folder hash of what the folder held when it was last looked at, whether that serves or was rejected; null where it
 *     can't be read
 * @param experiment the last one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
record ServingState(
        @Nullable String active,
        @Nullable String previous,
        @Nullable String folder,
        @Nullable Experiment experiment) {
    static final ServingState NEW = new ServingState(null, null, null, null);

    ServingState activate(String revision) {
        return revision.equals(active) ? this : new ServingState(revision, active, folder, experiment);
    }

    ServingState lookedAt(@Nullable String hash) {
        return new ServingState(active, previous, hash, experiment);
    }

    ServingState with(@Nullable Experiment changed) {
        return new ServingState(active, previous, folder, changed);
    }
}
