package io.llmtwin.pipeline.check;

/** One thing that has to be true of all files of a pipeline together. */
interface Rule {
    /** Adds to {@code findings} whatever of {@code candidate} breaks this rule. */
    void check(Candidate candidate, Findings findings);
}
