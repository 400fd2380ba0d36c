package io.llmtwin.monitoring.delivery;

import java.time.Instant;

/**
 * Why nothing is delivered to a target.
 *
 * @param reason in the target's words, where it said anything
 * @param time of the last failure
 * @param denied whether the target doesn't let us in, which won't heal by itself
 */
public record Problem(String reason, Instant time, boolean denied) {}
