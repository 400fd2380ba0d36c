package io.llmtwin.ingest;

/**
 * What a corpus looks like from outside.
 *
 * @param bytes of all files together
 * @param fingerprint the same as long as no file's name, size or time of change differs
 */
record CorpusListing(int files, long bytes, String fingerprint) {}
