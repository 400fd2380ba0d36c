/**
 * What is wrong with the files of a pipeline, found before they are started, with the place and what was meant. Other
 * rooms look at files of their own with a {@link io.llmtwin.pipeline.PipelineCheck}.
 */
package io.llmtwin.pipeline.check;
