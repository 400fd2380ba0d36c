/** The record of each prompt, and the journal that keeps it. */
package io.llmtwin.monitoring;
