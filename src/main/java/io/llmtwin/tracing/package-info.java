/** Traces in OpenTelemetry's form: a span for each request, each of its steps, and each call of an upstream. */
package io.llmtwin.tracing;
