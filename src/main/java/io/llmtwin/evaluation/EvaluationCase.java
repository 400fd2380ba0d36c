package io.llmtwin.evaluation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question, and what is expected of its answer.
 *
 * @param evaluation that it is part of
 * @param line on which it begins in the file, from 1
 * @param author to whose writing the search is limited; null for nobody's
 * @param expectSources ids of documents, or patterns of them; one of these is to be among the sources; none where empty
 * @param mustContain texts that are to be in the answer, in whatever case
 * @param mustNotContain texts that are not
 * @param referenceAnswer null where the answer is compared with none
 * @param maxTokens of the answer; null for as many as the pipeline allows
 */
record EvaluationCase(
        String evaluation,
        int line,
        String question,
        @Nullable String author,
        List<String> expectSources,
        List<String> mustContain,
        List<String> mustNotContain,
        @Nullable String referenceAnswer,
        @Nullable Integer maxTokens) {}
