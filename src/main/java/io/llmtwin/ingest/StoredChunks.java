package io.llmtwin.ingest;

import java.util.Set;

/**
 * What a collection holds under the id of a document.
 *
 * @param current places of the chunks that are as they should be
 * @param others whether there is anything else, of an earlier version or from the course's code
 * @param origins of them all, those that have one
 */
record StoredChunks(Set<Integer> current, boolean others, Set<Origin> origins) {}
