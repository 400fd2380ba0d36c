package io.llmtwin.llm;

import static java.net.HttpURLConnection.HTTP_OK;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.llm.ChatRequest.ChatMessage;
import io.llmtwin.pipeline.RequestScope;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bean {@code llmMessages}: a prompt as a chat request, and a chat completion read back. */
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
     * {@code prompt} as one user message (the original Mistral-7B-Instruct has no system role), in JSON.
     *
     * @param maxTokens asked for by the client, or null for all that is allowed
     */
    public String request(
            String prompt,
            @Variable("maxTokens") @Nullable Integer maxTokens,
            @Variable("temperature") @Nullable Double temperature)
            throws JsonProcessingException {
        int limit = limits.maxCompletionTokens();
        return json.writeValueAsString(new ChatRequest(
                llmServer.model(),
                List.of(new ChatMessage("user", prompt)),
                maxTokens == null ? limit : Math.min(maxTokens, limit),
                temperature));
    }

    /**
     * Reads a chat completion. One that the model had to cut short gets the warning {@code answer_truncated}.
     *
     * @throws LlmUnavailableException if the server refused, or if what it answered is no completion
     */
    public ChatCompletion completion(Exchange exchange, @Header(Exchange.HTTP_RESPONSE_CODE) int status, String body) {
        if (status != HTTP_OK) {
            throw new LlmUnavailableException("the language model's server answered with status " + status);
        }
        ChatCompletion completion;
        try {
            completion = json.readValue(body, ChatCompletion.class);
        } catch (JsonProcessingException e) {
            throw new LlmUnavailableException("the language model's server answered what is no chat completion");
        }
        if (completion == null
                || completion.choices() == null
                || completion.choices().isEmpty()
                || completion.choices().get(0) == null
                || completion.choices().get(0).message() == null) {
            throw new LlmUnavailableException("the language model's server answered without a message");
        }
        if ("length".equals(completion.finishReason())) {
            RequestScope.warn(exchange, "answer_truncated");
        }
        return completion.model() == null ? completion.servedBy(llmServer.model()) : completion;
    }
}
