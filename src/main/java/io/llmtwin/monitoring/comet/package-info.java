/** Comet LLM: its address, and the form that it wants prompt records in. */
package io.llmtwin.monitoring.comet;
