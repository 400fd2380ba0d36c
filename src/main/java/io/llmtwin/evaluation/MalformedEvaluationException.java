package io.llmtwin.evaluation;

import io.llmtwin.pipeline.PipelineProblem;
import java.util.List;
import java.util.stream.Collectors;

/** Files in {@code evals/} are no evaluations. */
public final class MalformedEvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<PipelineProblem> problems;

    MalformedEvaluationException(List<PipelineProblem> problems) {
        super(problems.stream().map(PipelineProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, and where; at least one. */
    public List<PipelineProblem> problems() {
        return problems;
    }
}
