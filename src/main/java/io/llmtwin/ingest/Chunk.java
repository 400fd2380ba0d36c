package io.llmtwin.ingest;

/**
 * A passage of a document, small enough for the embedding model to read to its end.
 *
 * @param section path of headings that lead to it, or the enclosing definition in code; empty at the top
 * @param content what is embedded and shown: a line of context (title and section), a blank line, the passage
 */
public record Chunk(String section, String content) {}
