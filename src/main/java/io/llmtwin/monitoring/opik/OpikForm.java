package io.llmtwin.monitoring.opik;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.monitoring.PromptRecord;
import io.llmtwin.monitoring.delivery.RecordedMetadata;
import io.llmtwin.monitoring.delivery.RecordedStep;
import io.llmtwin.monitoring.delivery.Shipment;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Variable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The bean {@code opikForm}: what of a shipment goes into which of Opik's calls, as bodies in JSON with at most 1,000
 * items each. Opik's API is described by the Python client opik 2.2.122.
 */
@Component
public final class OpikForm {
    private static final int MAX_ITEMS = 1_000;
    /** The name of the trace, after the route that answered. */
    private static final String TRACE = "generate";

    private static final String FEEDBACK = "user_feedback";
    private static final String SOURCE = "sdk";

    private final ObjectMapper json;
    private final String project;

    OpikForm(ObjectMapper json, OpikSettings settings, @Value("${llm-twin.comet.project}-monitoring") String project) {
        this.json = json;
        this.project = settings.project() == null ? project : settings.project();
    }

    /** Bodies for {@code POST /v1/private/traces/batch}. */
    public List<byte[]> traces(@Variable("shipment") Shipment shipment) throws JsonProcessingException {
        return bodies("traces", shipment.formed(this::trace));
    }

    /** Bodies for {@code POST /v1/private/spans/batch}. */
    public List<byte[]> spans(@Variable("shipment") Shipment shipment) throws JsonProcessingException {
        return bodies(
                "spans",
                shipment.formed(this::spans).stream().flatMap(List::stream).toList());
    }

    /** Bodies for {@code PUT /v1/private/traces/feedback-scores}. */
    public List<byte[]> scores(@Variable("shipment") Shipment shipment) throws JsonProcessingException {
        List<ObjectNode> scores = new ArrayList<>();
        shipment.feedback().forEach((traceId, feedback) -> {
            ObjectNode score = json.createObjectNode()
                    .put("id", traceId.toString())
                    .put("project_name", project)
                    .put("name", FEEDBACK)
                    .put("value", feedback.score())
                    .put("source", SOURCE);
            RecordedMetadata.put(score, "reason", feedback.reason());
            scores.add(score);
        });
        return bodies("scores", scores);
    }

    /** Bodies for {@code POST /v1/private/traces/delete}. */
    public List<byte[]> deletions(@Variable("shipment") Shipment shipment) throws JsonProcessingException {
        if (shipment.deletions().isEmpty()) {
            return List.of();
        }
        ObjectNode body = json.createObjectNode();
        ArrayNode ids = body.putArray("ids");
        shipment.deletions().forEach(id -> ids.add(id.toString()));
        return List.of(json.writeValueAsBytes(body));
    }

    private ObjectNode trace(PromptRecord record) {
        ObjectNode trace = json.createObjectNode()
                .put("id", record.traceId().toString())
                .put("project_name", project)
                .put("name", TRACE)
                .put("start_time", record.time().toString())
                .put("end_time", record.endTime().toString())
                .put("source", SOURCE);
        RecordedMetadata.put(trace.putObject("input"), "query", record.query());
        RecordedMetadata.put(trace.putObject("output"), "answer", record.answer());
        trace.set("metadata", RecordedMetadata.of(record, json));
        trace.set("tags", json.valueToTree(record.tags()));
        RecordedMetadata.put(trace, "thread_id", record.conversationId());
        if (record.timeToFirstToken() != null) {
            trace.put("ttft", record.timeToFirstToken());
        }
        if (record.error() != null) {
            trace.set("error_info", error(record.error()));
        }
        return trace;
    }

    private List<ObjectNode> spans(PromptRecord record) {
        return RecordedStep.of(record, json).stream()
                .map(step -> span(step, record))
                .toList();
    }

    private ObjectNode span(RecordedStep step, PromptRecord record) {
        ObjectNode span = json.createObjectNode()
                .put("id", OpikIds.span(record.traceId(), step.number()).toString())
                .put("trace_id", record.traceId().toString())
                .put("project_name", project)
                .put("name", step.name())
                .put("type", step.isModelCall() ? "llm" : "general")
                .put("start_time", step.start().toString())
                .put("end_time", step.end().toString())
                .put("source", SOURCE);
        if (step.parent() != null) {
            span.put(
                    "parent_span_id",
                    OpikIds.span(record.traceId(), step.parent().number()).toString());
        }
        span.set("input", step.input());
        span.set("output", step.output());
        if (step.isModelCall()) {
            RecordedMetadata.put(span, "model", record.model());
            span.put("total_estimated_cost", record.cost());
            if (record.usage() != null) {
                span.set("usage", json.valueToTree(record.usage()));
            }
        }
        if (step.error() != null) {
            span.set("error_info", error(step.error()));
        }
        return span;
    }

    /** Opik demands a traceback; the record has none, for it would show the inside of the service to no use. */
    private ObjectNode error(String error) {
        return json.createObjectNode().put("exception_type", error).put("traceback", error);
    }

    private List<byte[]> bodies(String name, List<ObjectNode> items) throws JsonProcessingException {
        List<byte[]> bodies = new ArrayList<>();
        for (int from = 0; from < items.size(); from += MAX_ITEMS) {
            ObjectNode body = json.createObjectNode();
            body.putArray(name).addAll(items.subList(from, Math.min(items.size(), from + MAX_ITEMS)));
            bodies.add(json.writeValueAsBytes(body));
        }
        return bodies;
    }
}
