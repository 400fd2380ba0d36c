package io.llmtwin.monitoring;

import java.util.List;

/**
 * What a reader gets of the journal at a time.
 *
 * @param entries in the order in which they were appended; damaged and deleted ones are left out
 * @param next where to go on, also where there are no entries
 * @param lost entries between where the reader stood and the first that the journal still has
 */
public record Batch(List<Entry> entries, Position next, long lost) {}
