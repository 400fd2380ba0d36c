package io.llmtwin.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A revision as it is kept on disk.
 *
 * @param activated when it began to serve, the last time; null for a draft that never did
 * @param note by whoever sent it
 * @param files texts by path
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
record StoredRevision(
        String id,
        RevisionOrigin origin,
        Instant created,
        @Nullable Instant activated,
        @Nullable String note,
        SortedMap<String, String> files) {

    StoredRevision activatedAt(Instant time) {
        return new StoredRevision(id, origin, created, time, note, files);
    }

    PipelineSource source() {
        return new PipelineSource(files);
    }

    /** When something last happened to it. */
    Instant touched() {
        return activated == null ? created : activated;
    }
}
