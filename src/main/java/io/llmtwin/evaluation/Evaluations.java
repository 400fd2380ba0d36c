package io.llmtwin.evaluation;

import io.llmtwin.evaluation.EvaluationRequest.Judging;
import io.llmtwin.pipeline.Client;
import io.llmtwin.pipeline.PipelineLocation;
import io.llmtwin.pipeline.PipelineProblem;
import io.llmtwin.pipeline.PipelineSettings;
import io.llmtwin.pipeline.Rehearsals;
import io.llmtwin.pipeline.RequestScope;
import io.llmtwin.pipeline.Revision;
import io.llmtwin.pipeline.Revisions;
import io.llmtwin.pipeline.SeriesListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * The bean {@code evaluations}: asks a revision what {@code evals/*.yaml} ask, and measures its answers. No trace, no metric
 * and no experiment knows of it.
 */
@Component("evaluations")
public final class Evaluations {
    private final PipelineLocation location;
    private final ObjectProvider<Revisions> revisions;
    private final Rehearsals rehearsals;
    private final Similarity similarity;
    private final @Nullable Judge judge;
    private final Duration deadline;

    Evaluations(
            PipelineLocation location,
            ObjectProvider<Revisions> revisions,
            Rehearsals rehearsals,
            Similarity similarity,
            JudgeModel judgeModel,
            PipelineSettings settings) {
        this.location = location;
        this.revisions = revisions;
        this.rehearsals = rehearsals;
        this.similarity = similarity;
        this.judge = judgeModel.model() == null ? null : new Judge(judgeModel.model());
        this.deadline = settings.deadline();
    }

    /**
     * Evaluates what {@code request} names. A question that isn't answered is a result like others.
     *
     * @param id of the request that wants it
     * @param client who waits for it
     * @param listener told of what is through; null for nobody
     * @param authors whose material may be searched; null for everybody's
     * @throws EvaluationRefusedException if there is no such evaluation, or no judge where one is asked for
     * @throws MalformedEvaluationException if a file is no evaluation
     * @throws io.llmtwin.pipeline.UnknownRevisionException if there is no such revision
     * @throws io.llmtwin.pipeline.RequestEndedException if the client hangs up or the service stops
     */
    public EvaluationReport run(
            EvaluationRequest request,
            @Variable("traceId") String id,
            @Variable(RequestScope.CLIENT) Client client,
            @Variable("listener") @Nullable SeriesListener<CaseResult> listener,
            @Variable("authorScope") @Nullable List<String> authors) {
        List<Evaluation> evaluations = read(request.name());
        if (request.judge() == Judging.LLM && judge == null) {
            throw new EvaluationRefusedException("no language model is set that can judge: set LLM_URLS, EXPANSION_URL,"
                    + " or OPENAI_API_KEY and OPENAI_MODEL_ID, or ask with judge: auto");
        }
        Revisions all = revisions.getObject();
        Revision revision = all.enter(request.revision() == null ? all.active().id() : request.revision());
        try {
            CaseRunner runner = runner(revision, request.judge() == Judging.NONE ? null : judge, authors);
            return evaluate(runner, evaluations, id, client, listener);
        } finally {
            revision.leave();
        }
    }

    /** What {@code revision}, which the caller keeps open, makes of the evaluation {@code name}; as {@link #run} otherwise. */
    EvaluationReport evaluate(Revision revision, String name, String id) {
        return evaluate(runner(revision, judge, null), read(name), id, Client.PATIENT, null);
    }

    private CaseRunner runner(Revision revision, @Nullable Judge judgeOrNone, @Nullable List<String> authors) {
        return new CaseRunner(revision, rehearsals, deadline, similarity, judgeOrNone, authors);
    }

    private EvaluationReport evaluate(
            CaseRunner runner,
            List<Evaluation> evaluations,
            String id,
            Client client,
            @Nullable SeriesListener<CaseResult> listener) {
        Set<String> tolerant = new HashSet<>();
        List<EvaluationCase> cases = new ArrayList<>();
        for (Evaluation evaluation : evaluations) {
            cases.addAll(evaluation.cases());
            if (evaluation.thresholds().containsKey(Measure.HIT_RATE)) {
                tolerant.add(evaluation.name());
            }
        }
        List<CaseResult> results = rehearsals.runAll(
                id,
                client,
                cases,
                (asked, waiting) -> runner.run(asked, tolerant.contains(asked.evaluation()), waiting),
                listener);
        return EvaluationReport.of(runner.revision(), evaluations, results, runner.judges());
    }

    private List<Evaluation> read(@Nullable String name) {
        SortedMap<String, String> texts = location.evaluations();
        if (name != null && !texts.containsKey(name)) {
            throw new EvaluationRefusedException("there is no evaluation '" + name + "'; "
                    + (texts.isEmpty()
                            ? "the folder evals/ has none"
                            : "there are " + String.join(", ", texts.keySet())));
        }
        List<Evaluation> evaluations = new ArrayList<>();
        List<PipelineProblem> problems = new ArrayList<>();
        for (Map.Entry<String, String> text : texts.entrySet()) {
            if (name == null || name.equals(text.getKey())) {
                try {
                    evaluations.add(EvaluationReader.read(text.getKey(), text.getValue()));
                } catch (MalformedEvaluationException e) {
                    problems.addAll(e.problems());
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new MalformedEvaluationException(problems);
        }
        return evaluations;
    }
}
