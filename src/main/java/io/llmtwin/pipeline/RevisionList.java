package io.llmtwin.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The revisions that are kept, newest first, and what was rejected of late.
 *
 * @param active the one that serves
 * @param previous the one that served before it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RevisionList(
        String active, @Nullable String previous, List<RevisionState> revisions, List<Rejection> rejected) {}
