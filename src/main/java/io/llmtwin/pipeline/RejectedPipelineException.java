package io.llmtwin.pipeline;

import java.util.List;
import java.util.stream.Collectors;

/** A pipeline can't serve. Nothing of it is left running. */
public final class RejectedPipelineException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<PipelineProblem> problems;

    RejectedPipelineException(List<PipelineProblem> problems) {
        super(problems.stream().map(PipelineProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    RejectedPipelineException(PipelineProblem problem) {
        this(List.of(problem));
    }

    /** What is wrong, the most telling first; at least one. */
    public List<PipelineProblem> problems() {
        return problems;
    }
}
