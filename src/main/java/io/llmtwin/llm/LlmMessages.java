package io.llmtwin.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.llm.ChatRequest.StreamOptions;
import java.util.List;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** The bean {@code llmMessages}: a prompt, and the conversation before it, as a chat request. */
@Component
public final class LlmMessages {
    private final LlmServer llmServer;
    private final LlmLimits limits;
    private final ObjectMapper json;

    LlmMessages(LlmServer llmServer, LlmLimits limits, ObjectMapper json) {
        this.llmServer = llmServer;
        this.limits = limits;
        this.json = json;
    }

    /**
     * A request, in JSON, for a streamed answer to {@code prompt}. Read from the variables of {@code exchange}, each if it
     * is there: {@code conversation} (a {@link Conversation}), {@code maxTokens}, which can only lower what is allowed,
     * {@code temperature}, {@code topP}, {@code stop}, {@code seed}, {@code presencePenalty} and
     * {@code frequencyPenalty}.
     */
    @SuppressWarnings("unchecked")
    public String request(Exchange exchange, String prompt) throws JsonProcessingException {
        Integer asked = exchange.getVariable("maxTokens", Integer.class);
        int allowed = limits.completionTokens(llmServer.maxModelLen());
        int maxTokens = asked == null ? allowed : Math.min(asked, allowed);
        Conversation conversation = exchange.getVariable("conversation", Conversation.NONE, Conversation.class);
        return json.writeValueAsString(new ChatRequest(
                llmServer.model(),
                conversation.then(prompt),
                maxTokens,
                exchange.getVariable("temperature", Double.class),
                exchange.getVariable("topP", Double.class),
                exchange.getVariable("stop", List.class),
                exchange.getVariable("seed", Long.class),
                exchange.getVariable("presencePenalty", Double.class),
                exchange.getVariable("frequencyPenalty", Double.class),
                true,
                new StreamOptions(true)));
    }
}
