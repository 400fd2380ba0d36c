package io.llmtwin.pipeline;

import java.util.List;
import java.util.SortedMap;

/** Looks for what is wrong with a pipeline before it is started. A room that reads files of the pipeline may add its own. */
@FunctionalInterface
public interface PipelineCheck {
    /**
     * Everything that is found wrong, the most telling first; nothing where the pipeline may be started.
     *
     * @param files texts by path within the pipeline
     */
    List<PipelineProblem> check(SortedMap<String, String> files);
}
