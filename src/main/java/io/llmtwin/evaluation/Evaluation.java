package io.llmtwin.evaluation;

import java.util.List;
import java.util.Map;

/**
 * The questions of {@code evals/NAME.yaml}, and what all of them together have to reach.
 *
 * @param thresholds of the means over the cases
 */
record Evaluation(String name, Map<Measure, Double> thresholds, List<EvaluationCase> cases) {}
