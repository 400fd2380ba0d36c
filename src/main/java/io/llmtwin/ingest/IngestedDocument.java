package io.llmtwin.ingest;

import io.llmtwin.retrieval.DocumentType;

/**
 * A document that was stored.
 *
 * @param chunks how many points it became; none if it says nothing, in which case nothing is stored of it
 * @param contentHash what changes when it does
 */
public record IngestedDocument(String id, DocumentType type, String collection, int chunks, String contentHash) {}
