package io.llmtwin.pipeline.check;

/** One thing that has to be true of a pipeline. */
interface Rule {
    /** Adds to {@code findings} whatever of {@code candidate} breaks this rule. */
    void check(Candidate candidate, Findings findings);
}
