/** A monitoring server for tests and benchmarks: Comet LLM's and Opik's wire, as strict as those, and as unreliable as told. */
package io.llmtwin.monitoring.recorder;
