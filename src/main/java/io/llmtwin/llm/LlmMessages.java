package io.llmtwin.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.llm.ChatRequest.StreamOptions;
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
     * is there: {@code conversation} (a {@link Conversation}), and the client's {@link Sampling}, whose {@code maxTokens}
     * can only lower what is allowed.
     */
    public String request(Exchange exchange, String prompt) throws JsonProcessingException {
        Sampling sampling = Sampling.of(exchange);
        int allowed = limits.completionTokens(llmServer.maxModelLen());
        int maxTokens = sampling.maxTokens() == null ? allowed : Math.min(sampling.maxTokens(), allowed);
        Conversation conversation = exchange.getVariable("conversation", Conversation.NONE, Conversation.class);
        return json.writeValueAsString(new ChatRequest(
                llmServer.model(),
                conversation.then(prompt),
                maxTokens,
                sampling.temperature(),
                sampling.topP(),
                sampling.stop(),
                sampling.seed(),
                sampling.presencePenalty(),
                sampling.frequencyPenalty(),
                true,
                new StreamOptions(true)));
    }
}
