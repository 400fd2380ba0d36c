package io.llmtwin.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.llm.AnswerListener;
import io.llmtwin.replay.ReplayReport;
import io.llmtwin.replay.ReplayRequest;
import io.llmtwin.replay.Retrieval;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** The bean {@code replayMessages}: reads what is to be replayed from a body that the contract has been checked against. */
@Component("replayMessages")
final class ReplayMessages {
    private final ObjectMapper json;
    private final Clients clients;

    ReplayMessages(ObjectMapper json, Clients clients) {
        this.json = json;
        this.clients = clients;
    }

    /**
     * The request, and in variables, who waits for it.
     *
     * @throws ParameterException if it names no traces, or names them twice over
     */
    public ReplayRequest read(Exchange exchange, String body) throws JsonProcessingException {
        JsonNode request = json.readTree(body);
        boolean isByIds = request.hasNonNull("trace_ids");
        if (isByIds == request.hasNonNull("last")) {
            throw ParameterException.invalid("trace_ids", "say which traces: either trace_ids or last");
        }
        clients.await(
                exchange, request.path("stream").asBoolean() ? response -> new SeriesStream<>(response, json) : null);
        return new ReplayRequest(
                request.path("revision").asText(),
                isByIds ? texts(request.get("trace_ids")) : null,
                request.path("last").asInt(),
                request.hasNonNull("retrieval")
                        ? json.treeToValue(request.get("retrieval"), Retrieval.class)
                        : Retrieval.RECORDED);
    }

    /** Ends the stream of a replay that is through. */
    public void endStream(Exchange exchange, ReplayReport report) {
        exchange.getVariable(AnswerListener.VARIABLE, SeriesStream.class).end(report.withoutResults());
        exchange.getMessage().setBody(null);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText()));
        return texts;
    }
}
