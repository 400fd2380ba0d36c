package io.llmtwin.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.llm.ChatRequest.ChatMessage;
import io.llmtwin.llm.Conversation;
import io.llmtwin.llm.Sampling;
import io.llmtwin.retrieval.Passage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as its record, a {@link io.llmtwin.monitoring.PromptRecord} in JSON, has it. */
final class RecordedRequest {
    private static final TypeReference<List<ChatMessage>> MESSAGES = new TypeReference<>() {};

    private final JsonNode record;
    private final ObjectMapper json;

    RecordedRequest(JsonNode record, ObjectMapper json) {
        this.record = record;
        this.json = json;
    }

    String traceId() {
        return record.path("trace_id").asText();
    }

    /** The question; empty where the record has none. */
    String query() {
        return record.path("query").asText();
    }

    /** What there was to compare with. */
    Side side() {
        return Side.of(record);
    }

    /** Why it can't be asked again; null where it can. */
    @Nullable
    String obstacle() {
        if (!record.path("monitored").asBoolean()) {
            return "its record holds no text, because the client asked for that with enable_monitoring";
        }
        if (!"ok".equals(record.path("status").asText())) {
            return "it was not answered (" + record.path("status").asText() + "), so there is nothing to compare with";
        }
        return query().isEmpty() ? "its record holds no question" : null;
    }

    /** The variables that the door set for it. */
    Map<String, Object> variables() throws JsonProcessingException {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("query", query());
        variables.put("enableRag", record.path("rag").asBoolean());
        variables.put("enableMonitoring", true);
        for (String[] text : new String[][] {{"author", "author"}, {"conversation_id", "conversationId"}}) {
            if (record.hasNonNull(text[0])) {
                variables.put(text[1], record.get(text[0]).asText());
            }
        }
        if (record.hasNonNull("conversation")) {
            variables.put("conversation", Conversation.of(json.treeToValue(record.get("conversation"), MESSAGES)));
        }
        if (record.hasNonNull("sampling")) {
            variables.putAll(
                    json.treeToValue(record.get("sampling"), Sampling.class).variables());
        }
        return variables;
    }

    /**
     * The passages that its prompt showed. They have no place in a document any more, because what stood around them has
     * already been joined to them.
     */
    List<Passage> passages() throws JsonProcessingException {
        List<Passage> passages = new ArrayList<>();
        for (JsonNode source : record.path("sources")) {
            ObjectNode placeless = source.deepCopy();
            placeless.remove("chunk");
            passages.add(json.treeToValue(placeless, Passage.class));
        }
        return passages;
    }
}
