package io.llmtwin.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline that was looked at and can't serve.
 *
 * @param id as its revision would have been named; null where its files can't be read
 * @param problems at least one, the most telling first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
public record Rejection(@Nullable String id, RevisionOrigin origin, Instant time, List<PipelineProblem> problems) {}
