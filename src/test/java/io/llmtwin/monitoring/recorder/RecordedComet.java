package io.llmtwin.monitoring.recorder;

import static io.llmtwin.monitoring.recorder.Shape.demand;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.monitoring.recorder.RecordingServer.Answer;
import io.llmtwin.monitoring.recorder.RecordingServer.Call;
import io.llmtwin.monitoring.recorder.Shape.Type;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * What Comet LLM was sent, by experiment key. Each experiment of an array is judged for itself, as the answer of Comet
 * says. A key that is taken a second time is counted: nothing that the Python client shows says that it would replace
 * the first. Fields and their types are what comet-llm 2.2.7 sends.
 */
public final class RecordedComet {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String EXPERIMENT_KEY = "[0-9a-f]{32}";

    private static final Shape EXPERIMENT = new Shape(
            Map.of(
                    "experimentKey", Type.STRING,
                    "createExperimentRequest", Type.OBJECT,
                    "parameters", Type.OBJECTS,
                    "metrics", Type.OBJECTS,
                    "others", Type.OBJECTS,
                    "tags", Type.STRINGS,
                    "jsonAsset", Type.OBJECT),
            "experimentKey",
            "createExperimentRequest",
            "parameters",
            "metrics",
            "others",
            "jsonAsset");

    private static final Shape CREATION =
            new Shape(Map.of("workspaceName", Type.STRING, "projectName", Type.STRING, "type", Type.STRING), "type");

    private static final Shape PARAMETER = new Shape(
            Map.of("parameterName", Type.STRING, "parameterValue", Type.ANY), "parameterName", "parameterValue");

    private static final Shape METRIC =
            new Shape(Map.of("metricName", Type.STRING, "metricValue", Type.NUMBER), "metricName");

    private static final Shape OTHER = new Shape(Map.of("key", Type.STRING, "value", Type.ANY), "key", "value");

    private static final Shape ASSET_FILE = new Shape(
            Map.of("extension", Type.STRING, "type", Type.STRING, "fileName", Type.STRING, "file", Type.OBJECT),
            "extension",
            "type",
            "fileName",
            "file");

    private static final Shape ASSET = new Shape(
            Map.of(
                    "version", Type.INTEGER,
                    "category", Type.STRING,
                    "chain_nodes", Type.OBJECTS,
                    "chain_inputs", Type.OBJECT,
                    "chain_outputs", Type.OBJECT,
                    "metadata", Type.OBJECT,
                    "start_timestamp", Type.NUMBER,
                    "end_timestamp", Type.NUMBER,
                    "chain_duration", Type.NUMBER),
            "version",
            "category",
            "chain_nodes",
            "chain_inputs",
            "chain_outputs",
            "start_timestamp",
            "end_timestamp");

    private static final Shape NODE = new Shape(
            Map.of(
                    "id", Type.INTEGER,
                    "category", Type.STRING,
                    "name", Type.STRING,
                    "inputs", Type.OBJECT,
                    "outputs", Type.OBJECT,
                    "duration", Type.NUMBER,
                    "start_timestamp", Type.NUMBER,
                    "end_timestamp", Type.NUMBER,
                    "parent_ids", Type.ANY,
                    "metadata", Type.OBJECT),
            "id",
            "category",
            "name",
            "inputs",
            "outputs",
            "start_timestamp",
            "end_timestamp",
            "parent_ids");

    private final String key;
    private final String workspace;
    private final Map<String, JsonNode> experiments = new ConcurrentHashMap<>();
    private final Map<String, Double> feedback = new ConcurrentHashMap<>();
    private final AtomicInteger doubled = new AtomicInteger();
    private final Set<String> rejections = ConcurrentHashMap.newKeySet();
    private volatile Predicate<JsonNode> poison = experiment -> false;

    RecordedComet(String key, String workspace) {
        this.key = key;
        this.workspace = workspace;
    }

    /** Experiments by their keys. */
    public Map<String, JsonNode> experiments() {
        return experiments;
    }

    /** The metric {@code user_feedback} by the keys of the experiments. */
    public Map<String, Double> feedback() {
        return feedback;
    }

    /** How many experiments were taken more than once. */
    public int doubled() {
        return doubled.get();
    }

    /** Why experiments were refused for their content. */
    public Set<String> rejections() {
        return rejections;
    }

    /** Refuses experiments that are such. */
    public void refuse(Predicate<JsonNode> such) {
        poison = such;
    }

    Answer take(Call call) {
        if (call.is().equals("GET /api/isAlive/ver")) {
            return Answer.of(200, "{\"version\":\"3.49.0\"}");
        }
        if (!key.equals(call.headers().get("Authorization"))) {
            return Answer.refusal(401, "invalid API key");
        }
        try {
            return switch (call.is()) {
                case "GET /api/rest/v2/experiment/metadata" -> metadata(String.valueOf(call.query()));
                case "POST /api/rest/v2/write/experiment/llm" -> takeExperiments(body(call));
                case "POST /api/rest/v2/write/experiment/metric" -> takeFeedback(body(call));
                default -> Answer.refusal(404, "no such call: " + call.is());
            };
        } catch (IOException | IllegalArgumentException e) {
            rejections.add(String.valueOf(e.getMessage()));
            return Answer.refusal(400, String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode body(Call call) throws IOException {
        demand("application/json".equals(call.headers().get("Content-Type")), "Content-Type must be JSON");
        demand(!call.gzipped(), "the Python client never compresses, so nothing says that Comet would take it");
        return JSON.readTree(call.body());
    }

    private Answer metadata(String query) {
        JsonNode experiment = experiments.get(query.replace("experimentKey=", ""));
        return experiment == null
                ? Answer.refusal(400, "no such experiment")
                : Answer.of(200, experiment.get("createExperimentRequest").toString());
    }

    private Answer takeExperiments(JsonNode batch) {
        demand(batch.isArray() && !batch.isEmpty(), "the body must be a list");
        ObjectNode answer = JSON.createObjectNode();
        for (JsonNode experiment : batch) {
            String id = experiment.path("experimentKey").asText();
            ObjectNode verdict = answer.putObject(id);
            try {
                check(experiment);
                if (experiments.put(id, experiment) != null) {
                    doubled.incrementAndGet();
                }
                verdict.put("status", 200).putObject("content").put("link", "https://comet.example/" + id);
            } catch (IllegalArgumentException e) {
                rejections.add(String.valueOf(e.getMessage()));
                verdict.put("status", 400)
                        .putObject("content")
                        .put("msg", e.getMessage())
                        .put("sdk_error_code", 0);
            }
        }
        return Answer.of(200, answer.toString());
    }

    private void check(JsonNode experiment) {
        EXPERIMENT.check(experiment, "experiment");
        demand(experiment.get("experimentKey").asText().matches(EXPERIMENT_KEY), "experimentKey must be 32 hex digits");
        JsonNode creation = experiment.get("createExperimentRequest");
        CREATION.check(creation, "createExperimentRequest");
        demand(creation.get("type").asText().equals("LLM"), "type must be LLM");
        demand(workspace.equals(creation.path("workspaceName").asText()), "no such workspace");
        experiment.get("parameters").forEach(parameter -> {
            PARAMETER.check(parameter, "parameter");
            demand(!parameter.get("parameterValue").isObject(), "parameters must be flattened");
        });
        experiment.get("metrics").forEach(metric -> METRIC.check(metric, "metric"));
        experiment.get("others").forEach(other -> OTHER.check(other, "other"));
        JsonNode file = experiment.get("jsonAsset");
        ASSET_FILE.check(file, "jsonAsset");
        demand(file.get("type").asText().equals("llm_data"), "the asset's type must be llm_data");
        JsonNode asset = file.get("file");
        ASSET.check(asset, "asset");
        demand(asset.get("version").asInt() == 3, "the asset's version must be 3");
        boolean single = asset.get("category").asText().equals("single_prompt");
        demand(single || asset.get("category").asText().equals("chain"), "no such category");
        demand(!asset.get("chain_nodes").isEmpty(), "no node");
        demand(!single || asset.get("chain_nodes").size() == 1, "a single prompt is one node");
        asset.get("chain_nodes").forEach(node -> {
            NODE.check(node, "node");
            demand(Type.INTEGER.fits(node.get("id")) && node.get("parent_ids").isArray(), "parent_ids must be a list");
            demand(
                    node.get("start_timestamp").asLong() > 1_000_000_000_000L
                            && node.get("end_timestamp").asLong()
                                    >= node.get("start_timestamp").asLong(),
                    "times must be epoch milliseconds, in order");
        });
        demand(!poison.test(experiment), "experiment can't be processed");
    }

    private Answer takeFeedback(JsonNode body) {
        String id = body.path("experimentKey").asText();
        double value = body.path("metricValue").asDouble(-1);
        demand(experiments.containsKey(id), "no such experiment");
        demand(body.path("metricName").asText().equals("user_feedback"), "no such metric");
        demand(value == 0 || value == 1, "feedback must be 0 or 1");
        feedback.put(id, value);
        return Answer.of(200, "{\"msg\":\"OK\",\"code\":200}");
    }
}
