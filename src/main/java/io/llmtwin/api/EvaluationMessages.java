package io.llmtwin.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.evaluation.EvaluationReport;
import io.llmtwin.evaluation.EvaluationRequest;
import io.llmtwin.evaluation.EvaluationRequest.Judging;
import io.llmtwin.llm.AnswerListener;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** The bean {@code evaluationMessages}: reads what is to be evaluated from a body that the contract has been checked against. */
@Component("evaluationMessages")
final class EvaluationMessages {
    private final ObjectMapper json;
    private final Clients clients;

    EvaluationMessages(ObjectMapper json, Clients clients) {
        this.json = json;
        this.clients = clients;
    }

    /** The request, and in variables, who waits for it. */
    public EvaluationRequest read(Exchange exchange, String body) throws JsonProcessingException {
        JsonNode request = json.readTree(body);
        clients.await(
                exchange, request.path("stream").asBoolean() ? response -> new SeriesStream<>(response, json) : null);
        return new EvaluationRequest(
                request.path("name").textValue(),
                request.path("revision").textValue(),
                request.hasNonNull("judge") ? json.treeToValue(request.get("judge"), Judging.class) : Judging.AUTO);
    }

    /** Ends the stream of an evaluation that is through. */
    public void endStream(Exchange exchange, EvaluationReport report) {
        exchange.getVariable(AnswerListener.VARIABLE, SeriesStream.class).end(report.withoutCases());
        exchange.getMessage().setBody(null);
    }
}
