package io.llmtwin.ingest;

/** Hears how far the reading of a corpus is. */
interface CorpusListener {
    /** Something was left out. */
    void skipped(Skipped skipped);

    /** A file of so many bytes is about to be read. */
    default void opened(long size) {}

    /** So many more bytes of the corpus are done with. */
    default void read(long bytes) {}
}
