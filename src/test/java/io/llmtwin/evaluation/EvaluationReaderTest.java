package io.llmtwin.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmtwin.pipeline.PipelineProblem;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationReaderTest {
    @Test
    void file_withAllKeys_isRead() {
        Evaluation evaluation = EvaluationReader.read("answers", """
                # what the docs answer
                thresholds: {hit_rate: 0.8, hallucination: 0.1}
                cases:
                  - question: What happens if reranking fails?
                    author: Ada
                    expect_sources: ["docs/architecture.md", "docs/**"]
                    must_contain: [rerank_unavailable]
                    must_not_contain: ["503"]
                    reference_answer: The fused order is kept.
                    max_tokens: 200
                  - question: And then?
                """);

        assertThat(evaluation.thresholds())
                .containsEntry(Measure.HIT_RATE, 0.8)
                .containsEntry(Measure.HALLUCINATION, 0.1);
        assertThat(evaluation.cases())
                .containsExactly(
                        new EvaluationCase(
                                "answers",
                                4,
                                "What happens if reranking fails?",
                                "Ada",
                                List.of("docs/architecture.md", "docs/**"),
                                List.of("rerank_unavailable"),
                                List.of("503"),
                                "The fused order is kept.",
                                200),
                        new EvaluationCase(
                                "answers", 11, "And then?", null, List.of(), List.of(), List.of(), null, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "''                                                                 | - | - | `cases`",
                "cases: []                                                          | 1 | 8 | list of one question or more",
                "- question: x                                                      | 1 | 1 | `cases`",
                "cases: [                                                           | 1 | 9 | no YAML",
                "cases: [what is it]                                                | 1 | 9 | `question`",
                "cases: [{author: Ada}]                                             | 1 | 9 | `question`",
                "cases: [{question: ' '}]                                           | 1 | 20 | not blank",
                "cases: [{question: }]                                              | 1 | 19 | not blank",
                "cases: [{question: [a]}]                                           | 1 | 20 | `question` has to be a text",
                "cases: [{question: x, must_contains: [a]}]                         | 1 | 23 | `must_contain`",
                "cases: [{question: x, must_contain: a}]                            | 1 | 37 | list of texts",
                "cases: [{question: x, max_tokens: 0}]                              | 1 | 35 | from 1 to",
                "cases: [{question: x, max_tokens: many}]                           | 1 | 35 | whole number",
                "cases: [{question: x, question: y}]                                | 1 | 23 | second time",
                "{cases: [{question: x}], thresholds: {hit_rate: 1.5}}              | 1 | 49 | from 0 to 1",
                "{cases: [{question: x}], thresholds: {hitrate: 1}}                 | 1 | 39 | `hit_rate`",
                "{cases: [{question: x}], thresholds: 0.8}                          | 1 | 38 | `hit_rate: 0.8`",
                "{cases: [{question: x}], threshold: {hit_rate: 1}}                 | 1 | 26 | `thresholds`"
            })
    void file_malformed_isRefusedWithItsPlace(String text, Integer line, Integer column, String reason) {
        assertThatThrownBy(() -> EvaluationReader.read("answers", text))
                .isInstanceOf(MalformedEvaluationException.class)
                .extracting(
                        e -> ((MalformedEvaluationException) e).problems(),
                        InstanceOfAssertFactories.list(PipelineProblem.class))
                .first()
                .satisfies(problem -> {
                    assertThat(problem.file()).isEqualTo("evals/answers.yaml");
                    assertThat(problem.reason()).contains(reason);
                    if (line != null) {
                        assertThat(problem.line()).isEqualTo(line);
                        assertThat(problem.column()).isEqualTo(column);
                    }
                });
    }

    @Test
    void file_withSeveralFaults_isToldOfAll() {
        assertThatThrownBy(() -> EvaluationReader.read("answers", """
                        cases:
                          - question: x
                            max_tokens: 0
                          - author: Ada
                        """))
                .isInstanceOf(MalformedEvaluationException.class)
                .hasMessageContaining("evals/answers.yaml:3:17")
                .hasMessageContaining("evals/answers.yaml:4:5");
    }
}
