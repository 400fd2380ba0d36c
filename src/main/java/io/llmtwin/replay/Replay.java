package io.llmtwin.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.monitoring.Traces;
import io.llmtwin.monitoring.UnknownTraceException;
import io.llmtwin.pipeline.Client;
import io.llmtwin.pipeline.PipelineSettings;
import io.llmtwin.pipeline.RehearsalRequest;
import io.llmtwin.pipeline.Rehearsals;
import io.llmtwin.pipeline.Rehearsals.Outcome;
import io.llmtwin.pipeline.RequestEndedException;
import io.llmtwin.pipeline.RequestScope;
import io.llmtwin.pipeline.Revision;
import io.llmtwin.pipeline.Revisions;
import io.llmtwin.pipeline.SeriesListener;
import io.llmtwin.retrieval.Passage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code replay}: asks recorded requests again of a revision. What comes of it is in the report and nowhere else:
 * no trace, no metric, no experiment knows of it.
 */
@Component("replay")
public final class Replay {
    private final Traces traces;
    private final Revisions revisions;
    private final Rehearsals rehearsals;
    private final Duration deadline;
    private final ObjectMapper json;

    Replay(Traces traces, Revisions revisions, Rehearsals rehearsals, PipelineSettings settings, ObjectMapper json) {
        this.traces = traces;
        this.revisions = revisions;
        this.rehearsals = rehearsals;
        this.deadline = settings.deadline();
        this.json = json;
    }

    /**
     * Replays what {@code request} names. One request that fails is a result like others.
     *
     * @param id of the request that wants it
     * @param client who waits for it
     * @param listener told of what is through; null for nobody
     * @param caller beside whose traces there are none; null for all
     * @param authors whose material may be searched; null for everybody's
     * @throws io.llmtwin.pipeline.UnknownRevisionException if there is no such revision
     * @throws RequestEndedException if the client hangs up or the service stops
     */
    public ReplayReport run(
            ReplayRequest request,
            @Variable("traceId") String id,
            @Variable(RequestScope.CLIENT) Client client,
            @Variable("listener") @Nullable SeriesListener<ReplayResult> listener,
            @Variable("tracesOf") @Nullable String caller,
            @Variable("authorScope") @Nullable List<String> authors)
            throws IOException {
        Scope scope = new Scope(caller, authors);
        Revision revision = revisions.enter(request.revision());
        try {
            List<String> traceIds = request.traceIds() == null ? newest(request.last(), caller) : request.traceIds();
            List<ReplayResult> results = rehearsals.runAll(
                    id,
                    client,
                    traceIds,
                    (traceId, waiting) -> replayed(traceId, revision, request.retrieval(), scope, waiting),
                    listener);
            return new ReplayReport(revision.id(), request.retrieval(), results, ReplaySummary.of(results));
        } finally {
            revision.leave();
        }
    }

    private List<String> newest(int count, @Nullable String caller) throws IOException {
        List<String> ids = new ArrayList<>();
        for (JsonNode trace : traces.page(Map.of(), count, null, caller).traces()) {
            ids.add(trace.path("trace_id").asText());
        }
        return ids;
    }

    private ReplayResult replayed(String traceId, Revision revision, Retrieval retrieval, Scope scope, Client client) {
        try {
            RecordedRequest recorded = new RecordedRequest(traces.find(traceId, scope.caller()), json);
            String obstacle = recorded.obstacle();
            return obstacle == null
                    ? replayed(recorded, revision, retrieval, scope, client)
                    : ReplayResult.skipped(traceId, recorded.query().isEmpty() ? null : recorded.query(), obstacle);
        } catch (UnknownTraceException e) {
            return ReplayResult.skipped(traceId, null, "there is no such trace, or none any more");
        } catch (JsonProcessingException e) {
            return ReplayResult.skipped(traceId, null, "its record can't be read: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("the journal can't be read", e);
        }
    }

    private ReplayResult replayed(
            RecordedRequest recorded, Revision revision, Retrieval retrieval, Scope scope, Client client)
            throws JsonProcessingException {
        List<Passage> found = retrieval == Retrieval.RECORDED ? recorded.passages() : null;
        Map<String, Object> variables = new HashMap<>(recorded.variables());
        if (scope.authors() != null) {
            variables.put("authorScope", scope.authors());
        }
        Outcome outcome = rehearsals
                .run(revision, new RehearsalRequest("generate", variables, found, deadline, client))
                .awaited();
        Side after = outcome.rehearsal().record() instanceof JsonNode record ? Side.of(record) : null;
        return outcome.isAnswered() && after != null
                ? ReplayResult.ok(recorded.traceId(), recorded.query(), recorded.side(), after)
                : ReplayResult.failed(recorded.traceId(), recorded.query(), outcome.reason(), recorded.side(), after);
    }

    /**
     * How far whoever wants the replay may see.
     *
     * @param caller beside whose traces there are none; null for all
     * @param authors whose material may be searched; null for everybody's
     */
    private record Scope(@Nullable String caller, @Nullable List<String> authors) {}
}
