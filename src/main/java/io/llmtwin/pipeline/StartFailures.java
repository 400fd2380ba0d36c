package io.llmtwin.pipeline;

import java.util.SortedMap;

/** Reads out of what kept a revision from starting what its author can mend. */
@FunctionalInterface
public interface StartFailures {
    /**
     * The problem that {@code failure} comes from, with as much of its place as it tells.
     *
     * @param failure of Camel, loading or starting the routes in {@code files}
     * @param files texts by path within the pipeline
     */
    PipelineProblem of(Throwable failure, SortedMap<String, String> files);
}
