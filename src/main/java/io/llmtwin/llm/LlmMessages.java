package io.llmtwin.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.llm.ChatRequest.StreamOptions;
import io.llmtwin.pipeline.RequestScope;
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
     * {@code temperature}, {@code topP}, {@code stop}, {@code seed}, {@code presencePenalty} and {@code frequencyPenalty}. Where the conversation is longer than the model
     * can read, its oldest turns are left out, with the warning {@code conversation_trimmed}.
     *
     * @throws PromptRefusedException if what the client wants said before all else doesn't fit either
     */
    @SuppressWarnings("unchecked")
    public String request(Exchange exchange, String prompt) throws JsonProcessingException {
        Integer asked = exchange.getVariable("maxTokens", Integer.class);
        int allowed = limits.completionTokens(llmServer.maxModelLen());
        int maxTokens = asked == null ? allowed : Math.min(asked, allowed);
        Conversation conversation = exchange.getVariable("conversation", Conversation.NONE, Conversation.class);
        Conversation fitting = conversation.within(
                limits.conversationTokens(llmServer.maxModelLen(), Conversation.estimate(prompt), maxTokens));
        if (!fitting.equals(conversation)) {
            RequestScope.warn(exchange, "conversation_trimmed");
        }
        return json.writeValueAsString(new ChatRequest(
                llmServer.model(),
                fitting.then(prompt),
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
