package io.llmtwin.replay;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be replayed.
 *
 * @param revision that answers now
 * @param traceIds of the records; null for the {@code last} ones
 * @param last how many of the newest records
 */
public record ReplayRequest(String revision, @Nullable List<String> traceIds, int last, Retrieval retrieval) {}
