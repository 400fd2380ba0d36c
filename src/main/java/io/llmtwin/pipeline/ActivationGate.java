package io.llmtwin.pipeline;

import java.util.List;

/** Has a word on whether a pipeline that starts may serve. */
@FunctionalInterface
public interface ActivationGate {
    /**
     * Why {@code candidate}, which runs but serves nobody yet, must not serve; nothing where it may.
     *
     * <p>May take its time: what serves goes on meanwhile.
     */
    List<PipelineProblem> judge(Revision candidate);
}
