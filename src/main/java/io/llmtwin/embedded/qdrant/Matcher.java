package io.llmtwin.embedded.qdrant;

/** One condition on a point. */
@FunctionalInterface
interface Matcher {
    boolean matches(PointView point);
}
