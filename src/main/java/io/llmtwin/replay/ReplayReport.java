package io.llmtwin.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a replay.
 *
 * @param revision that answered
 * @param results in the order in which they were asked for; null where each was told of by itself
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReplayReport(
        String revision, Retrieval retrieval, @Nullable List<ReplayResult> results, ReplaySummary summary) {

    /** This without the results. */
    public ReplayReport withoutResults() {
        return new ReplayReport(revision, retrieval, null, summary);
    }
}
