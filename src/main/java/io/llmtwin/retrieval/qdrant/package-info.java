/** camel-qdrant under its own scheme, with what it lacks. */
package io.llmtwin.retrieval.qdrant;
