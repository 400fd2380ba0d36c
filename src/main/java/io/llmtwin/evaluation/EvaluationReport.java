package io.llmtwin.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What came of an evaluation.
 *
 * @param revision that answered
 * @param passed whether every case did, and the means reach their thresholds
 * @param failures thresholds that are not reached, each a sentence
 * @param measures means over the cases that have them
 * @param cases in the order of their files; null where each was told of by itself
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EvaluationReport(
        String revision,
        boolean passed,
        List<String> failures,
        Map<Measure, Double> measures,
        @Nullable List<CaseResult> cases) {

    /**
     * The report on {@code results}. A threshold of what could not be measured is not reached.
     *
     * @param judged whether a language model was to judge; if not, thresholds of what it judges don't count
     */
    static EvaluationReport of(
            String revision, List<Evaluation> evaluations, List<CaseResult> results, boolean judged) {
        List<String> failures = new ArrayList<>();
        for (Evaluation evaluation : evaluations) {
            List<CaseResult> own = results.stream()
                    .filter(result -> result.evaluation().equals(evaluation.name()))
                    .toList();
            Map<Measure, Double> means = means(own);
            evaluation.thresholds().forEach((measure, threshold) -> {
                Double mean = means.get(measure);
                boolean counts = judged || !measure.isJudged();
                if (counts && (mean == null || !measure.reaches(mean, threshold))) {
                    failures.add(evaluation.name() + ": " + measure.key() + " is " + (mean == null ? "unknown" : mean)
                            + ", but has to be " + measure.bound() + " " + threshold);
                }
            });
        }
        boolean passed = failures.isEmpty() && results.stream().allMatch(CaseResult::passed);
        return new EvaluationReport(revision, passed, failures, means(results), results);
    }

    /** This without the cases. */
    public EvaluationReport withoutCases() {
        return new EvaluationReport(revision, passed, failures, measures, null);
    }

    /** This with {@code cases}. */
    public EvaluationReport with(List<CaseResult> results) {
        return new EvaluationReport(revision, passed, failures, measures, results);
    }

    private static Map<Measure, Double> means(List<CaseResult> results) {
        Map<Measure, Double> means = new EnumMap<>(Measure.class);
        Arrays.stream(Measure.values()).forEach(measure -> {
            OptionalDouble mean = results.stream()
                    .map(result -> result.measures().get(measure))
                    .filter(Objects::nonNull)
                    .mapToDouble(Double::doubleValue)
                    .average();
            mean.ifPresent(value -> means.put(measure, Math.round(value * 1000) / 1000.0));
        });
        return means;
    }
}
