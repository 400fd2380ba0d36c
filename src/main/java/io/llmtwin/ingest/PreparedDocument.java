package io.llmtwin.ingest;

import java.util.List;

/**
 * A document ready to be embedded.
 *
 * @param hash of everything that its points depend on
 */
record PreparedDocument(SourceDocument document, Origin origin, String hash, List<Chunk> chunks) {}
