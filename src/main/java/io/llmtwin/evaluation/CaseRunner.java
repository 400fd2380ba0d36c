package io.llmtwin.evaluation;

import io.llmtwin.llm.ChatCompletion;
import io.llmtwin.pipeline.Client;
import io.llmtwin.pipeline.RehearsalRequest;
import io.llmtwin.pipeline.Rehearsals;
import io.llmtwin.pipeline.Rehearsals.Outcome;
import io.llmtwin.pipeline.RequestEndedException;
import io.llmtwin.pipeline.RequestScope;
import io.llmtwin.pipeline.Revision;
import io.llmtwin.retrieval.Passage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.AntPathMatcher;

/** Asks a revision the questions of an evaluation, and holds its answers against what is expected. Thread-safe. */
final class CaseRunner {
    private final Revision revision;
    private final Rehearsals rehearsals;
    private final Duration deadline;
    private final Similarity similarity;
    private final @Nullable Judge judge;
    private final @Nullable List<String> authors;
    private final AntPathMatcher patterns = new AntPathMatcher();

    /**
     * A runner.
     *
     * @param deadline for each question
     * @param judge null for no judgement
     * @param authors whose material may be searched; null for everybody's
     */
    CaseRunner(
            Revision revision,
            Rehearsals rehearsals,
            Duration deadline,
            Similarity similarity,
            @Nullable Judge judge,
            @Nullable List<String> authors) {
        this.revision = revision;
        this.rehearsals = rehearsals;
        this.deadline = deadline;
        this.similarity = similarity;
        this.judge = judge;
        this.authors = authors;
    }

    /** The id of the revision that answers. */
    String revision() {
        return revision.id();
    }

    /** Whether a language model judges. */
    boolean judges() {
        return judge != null;
    }

    /**
     * What comes of {@code asked}.
     *
     * @param toleratesMisses whether the evaluation has a threshold for the hit rate, so that a question none of whose
     *     sources is found only counts there
     * @throws RequestEndedException if {@code client} hangs up or the service stops
     */
    CaseResult run(EvaluationCase asked, boolean toleratesMisses, Client client) {
        Outcome outcome = rehearsals
                .run(revision, new RehearsalRequest("generate", variables(asked), null, deadline, client))
                .awaited();
        double milliseconds =
                RequestScope.timings(outcome.exchange()).milliseconds().getOrDefault("total", 0.0);
        ChatCompletion completion = outcome.exchange().getVariable("completion", ChatCompletion.class);
        if (!outcome.isAnswered() || completion == null) {
            return new CaseResult(
                    asked.evaluation(),
                    asked.line(),
                    asked.question(),
                    false,
                    List.of("the question is not answered: " + outcome.reason()),
                    List.of(),
                    null,
                    List.of(),
                    Map.of(),
                    milliseconds);
        }
        return judged(asked, toleratesMisses, completion.text(), passages(outcome), milliseconds);
    }

    private CaseResult judged(
            EvaluationCase asked, boolean toleratesMisses, String answer, List<Passage> passages, double milliseconds) {
        List<String> sources =
                passages.stream().map(Passage::documentId).distinct().toList();
        List<String> contents = passages.stream().map(Passage::content).toList();
        Map<Measure, Double> measures = new EnumMap<>(Measure.class);
        List<String> failures = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        if (!asked.expectSources().isEmpty()) {
            boolean isHit = sources.stream().anyMatch(source -> isExpected(source, asked));
            measures.put(Measure.HIT_RATE, isHit ? 1.0 : 0.0);
            if (!isHit) {
                (toleratesMisses ? notes : failures).add("none of the expected sources is among those that were found");
            }
        }
        failures.addAll(wrongTexts(asked, answer));
        measureByEmbedding(asked, answer, contents, measures, notes);
        if (judge != null) {
            judge.judge(asked.question(), answer, contents, measures, notes);
        }
        return new CaseResult(
                asked.evaluation(),
                asked.line(),
                asked.question(),
                failures.isEmpty(),
                failures,
                notes,
                answer,
                sources,
                measures,
                milliseconds);
    }

    private boolean isExpected(String source, EvaluationCase asked) {
        return asked.expectSources().stream()
                .anyMatch(expected -> expected.equals(source) || patterns.match(expected, source));
    }

    private static List<String> wrongTexts(EvaluationCase asked, String answer) {
        List<String> wrong = new ArrayList<>();
        String lower = answer.toLowerCase(Locale.ROOT);
        for (String text : asked.mustContain()) {
            if (!lower.contains(text.toLowerCase(Locale.ROOT))) {
                wrong.add("the answer has to contain '" + text + "', but doesn't");
            }
        }
        for (String text : asked.mustNotContain()) {
            if (lower.contains(text.toLowerCase(Locale.ROOT))) {
                wrong.add("the answer must not contain '" + text + "', but does");
            }
        }
        return wrong;
    }

    private void measureByEmbedding(
            EvaluationCase asked,
            String answer,
            List<String> contents,
            Map<Measure, Double> measures,
            List<String> notes) {
        try {
            similarity
                    .groundedness(answer, contents)
                    .ifPresent(share -> measures.put(Measure.GROUNDEDNESS, rounded(share)));
            if (asked.referenceAnswer() != null) {
                measures.put(Measure.ANSWER_SIMILARITY, rounded(similarity.between(answer, asked.referenceAnswer())));
            }
        } catch (RuntimeException e) {
            notes.add("groundedness and similarity are not measured: the embedding model failed (" + e + ")");
        }
    }

    private Map<String, Object> variables(EvaluationCase asked) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("query", asked.question());
        variables.put("enableRag", true);
        variables.put("enableMonitoring", true);
        if (authors != null) {
            variables.put("authorScope", authors);
        }
        if (asked.author() != null) {
            variables.put("author", asked.author());
        }
        if (asked.maxTokens() != null) {
            variables.put("maxTokens", asked.maxTokens());
        }
        return variables;
    }

    @SuppressWarnings("unchecked")
    private static List<Passage> passages(Outcome outcome) {
        return outcome.exchange().getVariable("passages", List.of(), List.class);
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
