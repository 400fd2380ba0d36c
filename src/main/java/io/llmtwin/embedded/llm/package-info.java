/** A stand-in for vLLM on a laptop: its HTTP wire, and a model that quotes the sources it is sent. */
package io.llmtwin.embedded.llm;
