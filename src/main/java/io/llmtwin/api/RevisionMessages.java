package io.llmtwin.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.pipeline.Draft;
import io.llmtwin.pipeline.Experiment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bean {@code revisionMessages}: reads what clients ask of revisions from bodies that the contract has been checked against. */
@Component("revisionMessages")
final class RevisionMessages {
    private final ObjectMapper json;

    RevisionMessages(ObjectMapper json) {
        this.json = json;
    }

    public Draft draft(String body) throws JsonProcessingException {
        JsonNode request = json.readTree(body);
        Map<String, @Nullable String> files = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> file : request.path("files").properties()) {
            files.put(file.getKey(), file.getValue().textValue());
        }
        return new Draft(
                request.path("base").textValue(), files, request.path("note").textValue());
    }

    /**
     * The experiment of a request, named by its trace id.
     *
     * @throws ParameterException if both arms are the same revision
     */
    public Experiment experiment(Exchange exchange, String body) throws JsonProcessingException {
        List<Experiment.Arm> arms = new ArrayList<>();
        for (JsonNode arm : json.readTree(body).path("arms")) {
            arms.add(new Experiment.Arm(
                    arm.path("revision").asText(), arm.path("weight").asDouble()));
        }
        if (arms.stream().map(Experiment.Arm::revision).distinct().count() < arms.size()) {
            throw ParameterException.invalid("arms", "the arms must be different revisions");
        }
        return new Experiment(exchange.getVariable("traceId", String.class), Instant.now(), null, arms);
    }
}
