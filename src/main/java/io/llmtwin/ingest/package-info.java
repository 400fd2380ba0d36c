/**
 * Documents in: read, cleaned, cut into chunks, embedded and upserted. A {@link io.llmtwin.ingest.Corpus} is a folder of
 * documents, {@link io.llmtwin.ingest.CorpusSync} keeps the vector store like it, and {@link io.llmtwin.ingest.Ingestor}
 * takes documents one by one.
 */
package io.llmtwin.ingest;
