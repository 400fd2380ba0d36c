package io.llmtwin.monitoring.recorder;

import static io.llmtwin.monitoring.recorder.Shape.demand;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.monitoring.recorder.RecordingServer.Answer;
import io.llmtwin.monitoring.recorder.RecordingServer.Call;
import io.llmtwin.monitoring.recorder.Shape.Type;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * What Opik was sent, by id: traces, their spans, scores of feedback. An id that is sent again takes the place of the
 * one before, as at Opik. Fields and their types are those of {@code TraceWrite}, {@code SpanWrite} and {@code
 * FeedbackScoreBatchItem} in the Python client opik 2.2.122.
 */
public final class RecordedOpik {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_ITEMS = 1_000;
    private static final int MAX_BYTES = 50_000_000;
    private static final int GZIP_FROM = 256;

    private static final Shape ERROR = new Shape(
            Map.of("exception_type", Type.STRING, "message", Type.STRING, "traceback", Type.STRING),
            "exception_type",
            "traceback");

    private static final Shape TRACE = new Shape(
            Map.ofEntries(
                    Map.entry("id", Type.UUID7),
                    Map.entry("project_name", Type.STRING),
                    Map.entry("name", Type.STRING),
                    Map.entry("start_time", Type.INSTANT),
                    Map.entry("end_time", Type.INSTANT),
                    Map.entry("input", Type.JSON),
                    Map.entry("output", Type.JSON),
                    Map.entry("metadata", Type.JSON),
                    Map.entry("tags", Type.STRINGS),
                    Map.entry("error_info", Type.OBJECT),
                    Map.entry("last_updated_at", Type.INSTANT),
                    Map.entry("ttft", Type.NUMBER),
                    Map.entry("thread_id", Type.STRING),
                    Map.entry("source", Type.STRING),
                    Map.entry("environment", Type.STRING)),
            "id",
            "start_time");

    private static final Shape SPAN = new Shape(
            Map.ofEntries(
                    Map.entry("id", Type.UUID7),
                    Map.entry("project_name", Type.STRING),
                    Map.entry("trace_id", Type.UUID7),
                    Map.entry("parent_span_id", Type.UUID7),
                    Map.entry("name", Type.STRING),
                    Map.entry("type", Type.STRING),
                    Map.entry("start_time", Type.INSTANT),
                    Map.entry("end_time", Type.INSTANT),
                    Map.entry("input", Type.JSON),
                    Map.entry("output", Type.JSON),
                    Map.entry("metadata", Type.JSON),
                    Map.entry("model", Type.STRING),
                    Map.entry("provider", Type.STRING),
                    Map.entry("tags", Type.STRINGS),
                    Map.entry("usage", Type.COUNTS),
                    Map.entry("error_info", Type.OBJECT),
                    Map.entry("last_updated_at", Type.INSTANT),
                    Map.entry("total_estimated_cost", Type.NUMBER),
                    Map.entry("total_estimated_cost_version", Type.STRING),
                    Map.entry("ttft", Type.NUMBER),
                    Map.entry("source", Type.STRING),
                    Map.entry("environment", Type.STRING)),
            "id",
            "trace_id",
            "start_time",
            "type");

    private static final Set<String> SPAN_TYPES = Set.of("general", "tool", "llm", "guardrail");

    private static final Shape SCORE = new Shape(
            Map.of(
                    "id", Type.UUID7,
                    "project_name", Type.STRING,
                    "name", Type.STRING,
                    "category_name", Type.STRING,
                    "value", Type.NUMBER,
                    "reason", Type.STRING,
                    "source", Type.STRING),
            "id",
            "name",
            "value",
            "source");

    private final String key;
    private final String workspace;
    private final Map<String, JsonNode> traces = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> spans = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> scores = new ConcurrentHashMap<>();
    private final AtomicInteger resent = new AtomicInteger();
    private final Set<String> rejections = ConcurrentHashMap.newKeySet();
    private volatile Predicate<JsonNode> poison = trace -> false;

    RecordedOpik(String key, String workspace) {
        this.key = key;
        this.workspace = workspace;
    }

    /** Traces by their ids. */
    public Map<String, JsonNode> traces() {
        return traces;
    }

    /** Spans by their ids. */
    public Map<String, JsonNode> spans() {
        return spans;
    }

    /** Scores by the ids of their traces. */
    public Map<String, JsonNode> scores() {
        return scores;
    }

    /** How many traces came more than once, and took the place of themselves. */
    public int resent() {
        return resent.get();
    }

    /** Why calls were refused for their content. */
    public Set<String> rejections() {
        return rejections;
    }

    /** Refuses a batch in which a trace is such. */
    public void refuse(Predicate<JsonNode> such) {
        poison = such;
    }

    Answer take(Call call) {
        if (call.is().equals("GET /is-alive/ping")) {
            return Answer.of(200, "{\"message\":\"Healthy Server\"}");
        }
        if (!key.equals(call.headers().get("Authorization"))) {
            return Answer.refusal(401, "API key should be provided");
        }
        if (!workspace.equals(call.headers().get("Comet-Workspace"))) {
            return Answer.refusal(403, "no such workspace");
        }
        try {
            demand("application/json".equals(call.headers().get("Content-Type")), "Content-Type must be JSON");
            demand(!call.gzipped() || call.body().length >= GZIP_FROM, "too small to be gzipped");
            if (call.body().length > MAX_BYTES) {
                return Answer.refusal(413, "over 50 MB");
            }
            JsonNode body = JSON.readTree(call.body());
            switch (call.is()) {
                case "POST /v1/private/traces/batch" -> takeTraces(items(body, "traces"));
                case "POST /v1/private/spans/batch" -> takeSpans(items(body, "spans"));
                case "PUT /v1/private/traces/feedback-scores" -> takeScores(items(body, "scores"));
                case "POST /v1/private/traces/delete" -> body.get("ids").forEach(id -> traces.remove(id.asText()));
                default -> {
                    return Answer.refusal(404, "no such call: " + call.is());
                }
            }
            return Answer.of(204, "");
        } catch (IOException | IllegalArgumentException e) {
            rejections.add(String.valueOf(e.getMessage()));
            return Answer.refusal(400, String.valueOf(e.getMessage()));
        }
    }

    private static List<JsonNode> items(JsonNode body, String name) {
        List<JsonNode> items = new ArrayList<>();
        demand(body.path(name).isArray() && body.size() == 1, () -> "the body must hold the list " + name + " alone");
        body.get(name).forEach(items::add);
        demand(
                !items.isEmpty() && items.size() <= MAX_ITEMS,
                () -> name + " must have 1 to 1000 items, has " + items.size());
        Set<String> ids = new HashSet<>();
        items.forEach(item -> demand(ids.add(item.path("id").asText()), "an id comes twice in one batch"));
        return items;
    }

    private void takeTraces(List<JsonNode> batch) {
        for (JsonNode trace : batch) {
            TRACE.check(trace, "trace");
            if (trace.hasNonNull("error_info")) {
                ERROR.check(trace.get("error_info"), "error_info");
            }
            demand(!poison.test(trace), () -> "trace " + trace.get("id").asText() + " can't be processed");
        }
        batch.forEach(trace -> {
            if (traces.put(trace.get("id").asText(), trace) != null) {
                resent.incrementAndGet();
            }
        });
    }

    private void takeSpans(List<JsonNode> batch) {
        for (JsonNode span : batch) {
            SPAN.check(span, "span");
            demand(SPAN_TYPES.contains(span.get("type").asText()), () -> "no such type of span: " + span.get("type"));
            if (span.hasNonNull("error_info")) {
                ERROR.check(span.get("error_info"), "error_info");
            }
        }
        batch.forEach(span -> spans.put(span.get("id").asText(), span));
    }

    private void takeScores(List<JsonNode> batch) {
        batch.forEach(score -> SCORE.check(score, "score"));
        batch.forEach(score -> scores.put(score.get("id").asText(), score));
    }
}
