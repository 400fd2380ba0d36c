/** What operators see: health and metrics. */
package io.llmtwin.ops;
