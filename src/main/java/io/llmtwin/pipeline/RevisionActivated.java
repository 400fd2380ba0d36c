package io.llmtwin.pipeline;

/**
 * A revision serves from now on.
 *
 * @param id of the revision
 */
public record RevisionActivated(String id) {}
