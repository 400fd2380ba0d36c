/** What is wrong with the files of a pipeline, found before they are started, with the place and what was meant. */
package io.llmtwin.pipeline.check;
