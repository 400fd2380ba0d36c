package io.llmtwin.pipeline;

import java.time.Instant;

/**
 * One step of a request that has ended. Steps may lie within others, and a step that ran twice is there twice.
 *
 * @param name of the route
 * @param start when it began
 * @param milliseconds that it took
 */
public record Step(String name, Instant start, double milliseconds) {}
