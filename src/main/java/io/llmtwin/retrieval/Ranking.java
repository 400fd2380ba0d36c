package io.llmtwin.retrieval;

import java.util.List;

/**
 * What one search found in all collections.
 *
 * @param kind of the search
 * @param passages best first, none with another's content, each with its {@link Passage#score()} by this search
 */
record Ranking(SearchKind kind, List<Passage> passages) {}
