/** Delivery to monitoring services that fail, under load. */
package io.llmtwin.bench.monitoring;
