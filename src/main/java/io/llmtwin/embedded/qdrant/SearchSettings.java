package io.llmtwin.embedded.qdrant;

import org.jspecify.annotations.Nullable;

/**
 * How to look for the nearest: the best {@code top}, with scores better than {@code threshold} if there is one, looking
 * at everything if {@code exact}, and otherwise at {@code candidates} or more of each graph, or at Qdrant's default if
 * that is 0.
 */
record SearchSettings(int top, @Nullable Float threshold, boolean exact, int candidates) {}
