/** Queries in, ranked passages out. */
package io.llmtwin.retrieval;
