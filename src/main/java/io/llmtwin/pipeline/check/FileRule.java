package io.llmtwin.pipeline.check;

/** One thing that has to be true of a route file, whatever stands in the others. */
interface FileRule {
    /** Adds to {@code findings} whatever of {@code file} breaks this rule. */
    void check(RouteFile file, Findings findings);
}
