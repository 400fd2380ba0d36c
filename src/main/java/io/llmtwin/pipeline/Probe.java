package io.llmtwin.pipeline;

import io.llmtwin.pipeline.Rehearsals.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a pipeline a few questions before it serves. It has to answer them, and to degrade nothing that the pipeline which
 * serves now does not: an upstream that is down is nobody's edit.
 */
final class Probe {
    private static final Duration MOST_TIME = Duration.ofSeconds(10);

    /** Judging passages takes the longest of all, and two are as telling as twenty. */
    private static final Map<String, Object> CHEAP = Map.of("rerankDepth", 2, "maxTokens", 16);

    private final Rehearsals rehearsals;
    private final Supplier<List<String>> questions;

    /**
     * A probe.
     *
     * @param questions read anew for each pipeline
     */
    Probe(Rehearsals rehearsals, Supplier<List<String>> questions) {
        this.rehearsals = rehearsals;
        this.questions = questions;
    }

    /**
     * What is wrong with {@code candidate}'s answers; nothing where they will do.
     *
     * @param active the revision that serves, to compare with; null where none does
     */
    List<PipelineProblem> judge(Revision candidate, @Nullable Revision active) {
        List<PipelineProblem> problems = new ArrayList<>();
        for (String question : questions.get()) {
            Outcome outcome = ask(candidate, question);
            if (!isWhole(outcome) && (active == null || !failsAlike(outcome, ask(active, question)))) {
                problems.add(problem(outcome, question));
            }
        }
        return problems;
    }

    private Outcome ask(Revision revision, String question) {
        Map<String, Object> variables = new HashMap<>(CHEAP);
        variables.put("query", question);
        variables.put("enableRag", true);
        variables.put("enableMonitoring", true);
        return rehearsals.run(revision, new RehearsalRequest("generate", variables, null, MOST_TIME, Client.PATIENT));
    }

    private static boolean isWhole(Outcome outcome) {
        return outcome.isAnswered() && degradations(outcome).isEmpty();
    }

    private static boolean failsAlike(Outcome candidate, Outcome active) {
        Exception failure = candidate.exchange().getException();
        Exception known = active.exchange().getException();
        return known != null
                ? failure != null && failure.getClass() == known.getClass()
                : failure == null
                        && candidate.rehearsal().record() != null
                        && RequestScope.warnings(active.exchange()).containsAll(degradations(candidate));
    }

    /** Warnings of an answer on whose way something failed. What a pipeline warns of by itself is its own affair. */
    private static List<String> degradations(Outcome outcome) {
        return outcome.rehearsal().failure() == null ? List.of() : RequestScope.warnings(outcome.exchange());
    }

    private static PipelineProblem problem(Outcome outcome, String question) {
        String what = outcome.exchange().getException() != null
                ? "the question '" + question + "' is not answered: "
                : outcome.rehearsal().record() == null
                        ? "the question '" + question + "' leaves no record"
                        : "the answer to '" + question + "' is degraded (" + String.join(", ", degradations(outcome))
                                + "): ";
        Rehearsal.Failure failure = outcome.rehearsal().failure();
        if (failure != null) {
            return failure.problem(what + "step " + failure.node() + ": " + Outcome.rootMessage(failure.cause()));
        }
        Exception exception = outcome.exchange().getException();
        return PipelineProblem.of(null, exception == null ? what : what + Outcome.rootMessage(exception));
    }
}
