package io.llmtwin.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A revision as the API shows it.
 *
 * @param state {@code active}, {@code kept} where it has served before, else {@code draft}
 * @param created when it was first seen
 * @param activated when it began to serve, the last time
 * @param note by whoever sent it
 * @param running whether it is up, so that a request to it needn't start it
 * @param requests that are in it now
 * @param files texts by path; null in lists
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
public record RevisionState(
        String id,
        String state,
        RevisionOrigin origin,
        Instant created,
        @Nullable Instant activated,
        @Nullable String note,
        boolean running,
        int requests,
        @Nullable Map<String, String> files) {}
