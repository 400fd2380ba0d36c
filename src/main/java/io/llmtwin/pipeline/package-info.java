/** Revisions of the pipeline: load, start, and dispatch requests to them. */
package io.llmtwin.pipeline;
