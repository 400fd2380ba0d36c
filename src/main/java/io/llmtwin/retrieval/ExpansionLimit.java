package io.llmtwin.retrieval;

/**
 * What query expansion may come to.
 *
 * @param queries the most queries that a question is expanded to, itself included; 1 where no model can expand it
 */
public record ExpansionLimit(int queries) {}
