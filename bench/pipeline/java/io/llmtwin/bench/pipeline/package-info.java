/** What edits of the pipeline cost those who ask meanwhile. */
package io.llmtwin.bench.pipeline;
