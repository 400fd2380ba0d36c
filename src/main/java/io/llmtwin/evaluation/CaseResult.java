package io.llmtwin.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of one question.
 *
 * @param evaluation that it is part of
 * @param line on which it begins in {@code evals/EVALUATION.yaml}, from 1
 * @param failures why it didn't pass, each a sentence
 * @param notes what could not be measured, and why, each a sentence
 * @param answer null where there is none
 * @param sources ids of the documents that the prompt showed, in its order
 * @param milliseconds that the pipeline took
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CaseResult(
        String evaluation,
        int line,
        String question,
        boolean passed,
        List<String> failures,
        List<String> notes,
        @Nullable String answer,
        List<String> sources,
        Map<Measure, Double> measures,
        double milliseconds) {}
