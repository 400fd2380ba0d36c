package io.llmtwin.evaluation;

import io.llmtwin.pipeline.ActivationGate;
import io.llmtwin.pipeline.PipelineProblem;
import io.llmtwin.pipeline.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Lets only those candidates serve that pass the evaluation ACTIVATION_EVALUATION, where one is set. */
@Component
final class EvaluationGate implements ActivationGate {
    private final Evaluations evaluations;
    private final String name;

    EvaluationGate(Evaluations evaluations, EvaluationSettings settings) {
        this.evaluations = evaluations;
        this.name = settings.activation().strip();
    }

    @Override
    public List<PipelineProblem> judge(Revision candidate) {
        if (name.isEmpty()) {
            return List.of();
        }
        try {
            EvaluationReport report =
                    evaluations.evaluate(candidate, name, UUID.randomUUID().toString());
            return report.passed() ? List.of() : problems(report);
        } catch (MalformedEvaluationException e) {
            return e.problems();
        } catch (EvaluationRefusedException e) {
            return List.of(PipelineProblem.of(null, "ACTIVATION_EVALUATION can't be run: " + e.getMessage()));
        }
    }

    private static List<PipelineProblem> problems(EvaluationReport report) {
        List<PipelineProblem> problems = new ArrayList<>();
        report.failures().forEach(failure -> problems.add(PipelineProblem.of(null, failure)));
        for (CaseResult result : Objects.requireNonNull(report.cases())) {
            for (String failure : result.failures()) {
                problems.add(new PipelineProblem(
                        "evals/" + result.evaluation() + ".yaml",
                        result.line(),
                        null,
                        "'" + result.question() + "': " + failure,
                        null));
            }
        }
        return problems;
    }
}
