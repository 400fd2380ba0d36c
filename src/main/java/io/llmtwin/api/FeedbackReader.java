package io.llmtwin.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.monitoring.Feedback;
import io.llmtwin.monitoring.UnknownTraceException;
import java.time.Instant;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The bean {@code feedbackReader}: reads feedback from the body of a request, which the contract has been checked against. */
@Component
final class FeedbackReader {
    private final ObjectMapper json;

    FeedbackReader(ObjectMapper json) {
        this.json = json;
    }

    /**
     * A {@link Feedback} of now, in JSON.
     *
     * @throws UnknownTraceException if the trace's id is none
     */
    public ObjectNode read(String body) throws JsonProcessingException {
        JsonNode request = json.readTree(body);
        String traceId = request.path("trace_id").asText();
        String reason = request.path("reason").textValue();
        try {
            return json.valueToTree(
                    new Feedback(UUID.fromString(traceId), request.path("score").asDouble(), reason, Instant.now()));
        } catch (IllegalArgumentException e) {
            throw new UnknownTraceException(traceId);
        }
    }
}
