package io.llmtwin.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a request that has ended. Steps may lie within others, and a step that ran twice is there twice.
 *
 * @param name of the route
 * @param start when it began
 * @param milliseconds that it took
 * @param error class of the exception that it ended with; null where it ended well
 */
public record Step(
        String name,
        Instant start,
        double milliseconds,
        @JsonInclude(Include.NON_NULL) @Nullable String error) {}
