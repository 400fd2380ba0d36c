/** Delivery of the journal's entries to whom they are meant for: what is next, when, and what becomes of what is refused. */
package io.llmtwin.monitoring.delivery;
