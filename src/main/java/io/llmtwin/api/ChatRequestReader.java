package io.llmtwin.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.llm.ChatRequest.ChatMessage;
import io.llmtwin.llm.Conversation;
import io.llmtwin.retrieval.TextCleaner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/**
 * The bean {@code chatRequestReader}: sets the variables that the pipeline works with from the body of a chat request in
 * OpenAI's form, which the contract has been checked against. The last message is the {@code query}, those before it are
 * the {@code conversation}, a {@link Conversation}. What can't be done is refused; fields that ask for nothing are not
 * looked at.
 */
@Component("chatRequestReader")
final class ChatRequestReader {
    private static final Set<String> INSTRUCTING = Set.of("system", "developer");
    private static final Set<String> SPEAKING = Set.of("user", "assistant");
    private static final Set<String> NOT_THERE =
            Set.of("tools", "functions", "logprobs", "top_logprobs", "logit_bias", "audio", "web_search_options");

    private final ObjectMapper json;
    private final Clients clients;

    ChatRequestReader(ObjectMapper json, Clients clients) {
        this.json = json;
        this.clients = clients;
    }

    public void read(Exchange exchange, String body) throws JsonProcessingException {
        JsonNode request = json.readTree(body);
        TwinModel model = TwinModel.of(request.path("model").asText())
                .orElseThrow(() ->
                        ParameterException.unknownModel(request.path("model").asText()));
        refuseWhatIsNotThere(request);
        List<ChatMessage> messages = messages(request.path("messages"));
        ChatMessage last = messages.get(messages.size() - 1);
        String query = TextCleaner.clean(last.content());
        if (!last.role().equals("user") || query.isEmpty()) {
            throw ParameterException.invalid("messages", "the last message must be the user's, with text in it");
        }
        Conversation conversation = Conversation.of(messages.subList(0, messages.size() - 1));
        exchange.setVariable("query", query);
        exchange.setVariable("conversation", conversation);
        exchange.setVariable("affinity", affinity(request, conversation, query));
        exchange.setVariable("enableRag", model.searches());
        exchange.setVariable("enableMonitoring", true);
        readSampling(exchange, request);
        boolean includeUsage =
                request.path("stream_options").path("include_usage").asBoolean();
        ChatReply reply = new ChatReply(exchange.getVariable("traceId", String.class), model);
        exchange.setVariable("chatReply", reply);
        clients.await(
                exchange,
                request.path("stream").asBoolean()
                        ? response -> new ChatStream(response, json, reply, includeUsage)
                        : null);
        exchange.getMessage().setBody(query);
    }

    private static void readSampling(Exchange exchange, JsonNode request) {
        JsonNode maxTokens = request.hasNonNull("max_completion_tokens")
                ? request.get("max_completion_tokens")
                : request.path("max_tokens");
        if (maxTokens.isNumber()) {
            exchange.setVariable("maxTokens", maxTokens.intValue());
        }
        for (String[] field : new String[][] {
            {"temperature", "temperature"},
            {"top_p", "topP"},
            {"presence_penalty", "presencePenalty"},
            {"frequency_penalty", "frequencyPenalty"}
        }) {
            if (request.hasNonNull(field[0])) {
                exchange.setVariable(field[1], request.get(field[0]).doubleValue());
            }
        }
        if (request.hasNonNull("seed")) {
            exchange.setVariable("seed", request.get("seed").longValue());
        }
        if (request.hasNonNull("stop")) {
            exchange.setVariable("stop", stops(request.get("stop")));
        }
    }

    private static List<String> stops(JsonNode stop) {
        List<String> stops = new ArrayList<>();
        for (JsonNode one : stop.isArray() ? stop : List.of(stop)) {
            if (!one.isTextual() || one.textValue().isEmpty()) {
                throw ParameterException.invalid("stop", "stop must be a text or an array of texts");
            }
            stops.add(one.textValue());
        }
        return stops;
    }

    private static void refuseWhatIsNotThere(JsonNode request) {
        if (request.path("n").asInt(1) != 1) {
            throw ParameterException.unsupported("n", "only one choice is written: n must be 1");
        }
        for (String field : NOT_THERE) {
            JsonNode value = request.path(field);
            boolean asksForNothing = value.isMissingNode()
                    || value.isNull()
                    || (value.isContainerNode() && value.isEmpty())
                    || (value.isBoolean() && !value.booleanValue())
                    || (value.isInt() && value.intValue() == 0);
            if (!asksForNothing) {
                throw ParameterException.unsupported(field, field + " is not supported");
            }
        }
        if (request.hasNonNull("response_format")
                && !"text".equals(request.get("response_format").path("type").asText())) {
            throw ParameterException.unsupported("response_format", "the answer is text: response_format must be text");
        }
        for (JsonNode modality : request.path("modalities")) {
            if (!"text".equals(modality.asText())) {
                throw ParameterException.unsupported("modalities", "the answer is text: modalities must be [\"text\"]");
            }
        }
    }

    private static List<ChatMessage> messages(JsonNode messages) {
        List<ChatMessage> read = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            String at = "messages[" + i + "]";
            JsonNode message = messages.get(i);
            String role = message.path("role").asText();
            if (!INSTRUCTING.contains(role) && !SPEAKING.contains(role)) {
                throw ParameterException.unsupported(
                        at + ".role", "a message's role must be system, developer, user or assistant");
            }
            for (String call : List.of("tool_calls", "function_call", "audio")) {
                if (message.hasNonNull(call) && !message.get(call).isEmpty()) {
                    throw ParameterException.unsupported(at + "." + call, call + " is not supported");
                }
            }
            String content = content(message.path("content"), at + ".content");
            if (!content.isBlank() || i == messages.size() - 1) {
                read.add(new ChatMessage(INSTRUCTING.contains(role) ? "system" : role, content));
            }
        }
        return read;
    }

    private static String content(JsonNode content, String at) {
        if (content.isTextual()) {
            return content.textValue();
        }
        if (content.isMissingNode() || content.isNull()) {
            return "";
        }
        if (!content.isArray()) {
            throw ParameterException.invalid(at, "a message's content must be a text or an array of parts");
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < content.size(); i++) {
            JsonNode part = content.get(i);
            if (!"text".equals(part.path("type").asText())) {
                throw ParameterException.unsupported(at + "[" + i + "].type", "only parts of type text can be read");
            }
            if (!part.path("text").isTextual()) {
                throw ParameterException.invalid(at + "[" + i + "].text", "a part of type text must have a text");
            }
            parts.add(part.get("text").textValue());
        }
        return String.join("\n", parts);
    }

    /** Names the conversation by what stays the same in it: how it began. */
    private static String affinity(JsonNode request, Conversation conversation, String query) {
        if (request.path("prompt_cache_key").isTextual()) {
            return request.get("prompt_cache_key").textValue();
        }
        String first = conversation.hasTurns()
                ? TextCleaner.clean(conversation.turns().get(0).content())
                : query;
        return conversation.instructions() + "\n" + first;
    }
}
