/**
 * A vector store in the process that speaks Qdrant's gRPC API on loopback, over Lucene's HNSW on disk: what a laptop
 * runs instead of a Qdrant server. Its only door is {@link io.llmtwin.embedded.qdrant.EmbeddedQdrant}; everything that
 * uses it does so over the wire, as it would use a server.
 */
package io.llmtwin.embedded.qdrant;
