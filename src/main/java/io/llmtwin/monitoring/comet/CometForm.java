package io.llmtwin.monitoring.comet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.monitoring.PromptRecord;
import io.llmtwin.monitoring.delivery.DeliveryFailedException;
import io.llmtwin.monitoring.delivery.DeliveryReply;
import io.llmtwin.monitoring.delivery.RecordedMetadata;
import io.llmtwin.monitoring.delivery.RecordedStep;
import io.llmtwin.monitoring.delivery.Shipment;
import io.llmtwin.monitoring.delivery.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Headers;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code cometForm}: what of a shipment goes into which of Comet's calls, and what Comet's answers say. Comet
 * LLM's API is described by the Python client comet-llm 2.2.7: a request is an experiment, whose asset holds a chain of
 * nodes, one for each step, or one node where the only step is the prompt.
 */
@Component
public final class CometForm {
    private static final int ASSET_VERSION = 3;
    private static final String LLM_CALL = "llm-call";
    private static final String FEEDBACK = "user_feedback";
    /** Comet's feedback is a thumb up or down. */
    private static final double GOOD_FROM = 0.5;

    private static final Set<Integer> UNKNOWN = Set.of(400, 404);

    private final ObjectMapper json;
    private final CometSettings settings;
    private final DeliveryReply replies;

    CometForm(ObjectMapper json, CometSettings settings, DeliveryReply replies) {
        this.json = json;
        this.settings = settings;
        this.replies = replies;
    }

    /** The key of the experiment that is the request {@code traceId}: the same whenever it is sent. */
    static String key(UUID traceId) {
        return traceId.toString().replace("-", "");
    }

    /** The key of the experiment that {@code record} becomes. */
    public String key(@Body PromptRecord record) {
        return key(record.traceId());
    }

    /**
     * Notes that a record is there, if the answer to the question for its metadata says so.
     *
     * @throws DeliveryFailedException if the answer says neither yes nor no
     */
    public void has(
            @Variable("shipment") Shipment shipment,
            @Variable("record") PromptRecord record,
            @Headers Map<String, Object> headers,
            @Body @Nullable String answer) {
        if (!UNKNOWN.contains(headers.get(Exchange.HTTP_RESPONSE_CODE))) {
            replies.check(headers, answer);
            shipment.hasArrived(record.traceId());
        }
    }

    /** The body for {@code POST /api/rest/v2/write/experiment/llm}, if anything is left to be sent. */
    public List<byte[]> experiments(@Variable("shipment") Shipment shipment) throws JsonProcessingException {
        List<ObjectNode> experiments = shipment.formed(this::experiment);
        return experiments.isEmpty() ? List.of() : List.of(json.writeValueAsBytes(experiments));
    }

    /**
     * Reads what Comet says of each experiment: {@code {key: {status, content}}}.
     *
     * @throws IOException if the answer is no JSON
     */
    public void read(@Variable("shipment") Shipment shipment, @Body String answer) throws IOException {
        JsonNode verdicts = json.readTree(answer);
        for (PromptRecord record : shipment.prompts()) {
            JsonNode said = verdicts.path(key(record));
            // an answer that is silent about a record is as good as none
            int status = said.path("status").asInt();
            switch (Verdict.of(status)) {
                case TAKEN -> shipment.hasArrived(record.traceId());
                case REFUSED ->
                    shipment.refused(
                            record.traceId(), status, said.path("content").toString());
                case DENIED, POSTPONED ->
                    throw new DeliveryFailedException(
                            Verdict.of(status), status, said.path("content").toString(), null);
            }
        }
    }

    /** Bodies for {@code POST /api/rest/v2/write/experiment/metric}. */
    public List<byte[]> feedback(@Variable("shipment") Shipment shipment) throws JsonProcessingException {
        List<byte[]> bodies = new ArrayList<>();
        for (var feedback : shipment.feedback().entrySet()) {
            bodies.add(json.writeValueAsBytes(json.createObjectNode()
                    .put("experimentKey", key(feedback.getKey()))
                    .put("metricName", FEEDBACK)
                    .put("metricValue", feedback.getValue().score() >= GOOD_FROM ? 1 : 0)));
        }
        return bodies;
    }

    private ObjectNode experiment(PromptRecord record) {
        ObjectNode metadata = RecordedMetadata.of(record, json);
        double duration = milliseconds(record);
        ObjectNode experiment = json.createObjectNode().put("experimentKey", key(record.traceId()));
        experiment
                .putObject("createExperimentRequest")
                .put("workspaceName", settings.workspace())
                .put("projectName", settings.monitoringProject())
                .put("type", "LLM");
        flatten("", metadata, experiment.putArray("parameters"));
        experiment
                .putArray("metrics")
                .addObject()
                .put("metricName", "chain_duration")
                .put("metricValue", duration);
        experiment.putArray("others");
        experiment.set("tags", json.valueToTree(record.tags()));
        experiment
                .putObject("jsonAsset")
                .put("extension", "json")
                .put("type", "llm_data")
                .put("fileName", "comet_llm_data.json")
                .set("file", asset(record, metadata, duration));
        return experiment;
    }

    private ObjectNode asset(PromptRecord record, ObjectNode metadata, double duration) {
        List<RecordedStep> steps = RecordedStep.of(record, json);
        boolean single = steps.stream().allMatch(RecordedStep::isOfASinglePrompt);
        ObjectNode asset = json.createObjectNode()
                .put("version", ASSET_VERSION)
                .put("category", single ? "single_prompt" : "chain");
        ArrayNode nodes = asset.putArray("chain_nodes");
        if (single) {
            nodes.add(call(record, metadata, duration));
        } else {
            steps.forEach(step -> nodes.add(node(step, metadata)));
        }
        asset.set("chain_inputs", single ? prompt(record) : question(record));
        asset.putObject("chain_outputs").put("output", record.answer());
        asset.set("metadata", metadata);
        return timed(asset, record.time(), record.endTime()).put("chain_duration", duration);
    }

    /** The one node of a single prompt. */
    private ObjectNode call(PromptRecord record, ObjectNode metadata, double duration) {
        ObjectNode node =
                json.createObjectNode().put("id", 1).put("category", LLM_CALL).put("name", LLM_CALL + "-1");
        node.set("inputs", prompt(record));
        node.putObject("outputs").put("output", record.answer());
        node.put("duration", duration);
        node.putArray("parent_ids");
        node.set("metadata", metadata);
        return timed(node, record.time(), record.endTime());
    }

    private ObjectNode node(RecordedStep step, ObjectNode metadata) {
        ObjectNode node = json.createObjectNode()
                .put("id", step.number())
                .put("category", step.isModelCall() ? LLM_CALL : step.name())
                .put("name", step.name());
        node.set("inputs", step.input());
        node.set("outputs", step.output());
        node.put("duration", step.milliseconds());
        ArrayNode parents = node.putArray("parent_ids");
        for (RecordedStep parent = step.parent(); parent != null; parent = parent.parent()) {
            parents.insert(0, parent.number());
        }
        node.set("metadata", step.isModelCall() ? metadata : json.createObjectNode());
        return timed(node, step.start(), step.end());
    }

    private ObjectNode prompt(PromptRecord record) {
        ObjectNode prompt = json.createObjectNode().put("final_prompt", record.prompt());
        PromptRecord.Template template = record.template();
        prompt.put("prompt_template", template == null ? null : template.text());
        prompt.set("prompt_template_variables", json.valueToTree(template == null ? null : template.variables()));
        return prompt;
    }

    private ObjectNode question(PromptRecord record) {
        ObjectNode question = json.createObjectNode().put("query", record.query());
        if (record.conversation() != null) {
            question.set("conversation", json.valueToTree(record.conversation()));
        }
        return question;
    }

    private static ObjectNode timed(ObjectNode node, Instant start, Instant end) {
        return node.put("start_timestamp", start.toEpochMilli()).put("end_timestamp", end.toEpochMilli());
    }

    private static double milliseconds(PromptRecord record) {
        return Duration.between(record.time(), record.endTime()).toNanos() / 1e6;
    }

    /** Names of nested values are joined with dots, and what is null is left out. */
    private static void flatten(String prefix, JsonNode node, ArrayNode parameters) {
        node.properties().forEach(field -> {
            String name = prefix + field.getKey();
            if (field.getValue().isObject()) {
                flatten(name + ".", field.getValue(), parameters);
            } else if (!field.getValue().isNull()) {
                parameters.addObject().put("parameterName", name).set("parameterValue", field.getValue());
            }
        });
    }
}
