package io.llmtwin.embedded.qdrant;

/** A point found, by the number of its document in one view of the index. */
record Hit(int doc, float score) {}
