package io.llmtwin.tracing;

import static io.llmtwin.tracing.Names.CONVERSATION;
import static io.llmtwin.tracing.Names.FINISH_REASONS;
import static io.llmtwin.tracing.Names.INPUT_MESSAGES;
import static io.llmtwin.tracing.Names.INPUT_TOKENS;
import static io.llmtwin.tracing.Names.MAX_TOKENS;
import static io.llmtwin.tracing.Names.OPENAI;
import static io.llmtwin.tracing.Names.OPERATION;
import static io.llmtwin.tracing.Names.OUTPUT_MESSAGES;
import static io.llmtwin.tracing.Names.OUTPUT_TOKENS;
import static io.llmtwin.tracing.Names.PROVIDER;
import static io.llmtwin.tracing.Names.REQUEST_MODEL;
import static io.llmtwin.tracing.Names.RESPONSE_MODEL;
import static io.llmtwin.tracing.Names.STREAM;
import static io.llmtwin.tracing.Names.SYSTEM;
import static io.llmtwin.tracing.Names.TEMPERATURE;
import static io.llmtwin.tracing.Names.TIME_TO_FIRST_TOKEN;
import static io.llmtwin.tracing.Names.TOP_P;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.llm.AnswerListener;
import io.llmtwin.llm.ChatCompletion;
import io.llmtwin.llm.CompletionDraft;
import io.llmtwin.llm.CompletionReader;
import io.llmtwin.llm.LlmServer;
import io.llmtwin.monitoring.Redaction;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the span of a call of the language model says, by OpenTelemetry's conventions for generative AI. Prompt and answer
 * are on it only where that is set, the client doesn't object, and after redaction where records are redacted.
 */
final class CompletionSpans {
    private static final Logger LOG = LoggerFactory.getLogger(CompletionSpans.class);
    private static final String CHAT = "chat";
    private static final String CONTENT = "content";

    private final Spans spans;
    private final LlmServer server;
    private final ObjectMapper json;
    private final boolean capturesContent;
    private final boolean redacts;

    CompletionSpans(Spans spans, LlmServer server, ObjectMapper json, boolean capturesContent, boolean redacts) {
        this.spans = spans;
        this.server = server;
        this.json = json;
        this.capturesContent = capturesContent;
        this.redacts = redacts;
    }

    Span begin(Context parent) {
        return spans.call(CHAT + " " + server.model(), parent)
                .setAttribute(OPERATION, CHAT)
                .setAttribute(PROVIDER, OPENAI)
                .setAttribute(SYSTEM, OPENAI)
                .setAttribute(REQUEST_MODEL, server.model())
                .startSpan();
    }

    void end(Exchange exchange, Span span, long begun) {
        String replica = exchange.getVariable("replica", String.class);
        Spans.server(span, replica == null ? null : URI.create(replica));
        span.setAttribute(STREAM, exchange.getVariable(AnswerListener.VARIABLE) != null);
        ChatCompletion completion = exchange.getVariable("completion", ChatCompletion.class);
        CompletionDraft draft = exchange.getVariable("draft", CompletionDraft.class);
        if (draft != null && draft.firstWritten().isPresent()) {
            span.setAttribute(TIME_TO_FIRST_TOKEN, (draft.firstWritten().getAsLong() - begun) / 1e9);
        }
        ChatCompletion.Usage usage = CompletionReader.usage(exchange);
        if (usage != null) {
            span.setAttribute(INPUT_TOKENS, (long) usage.promptTokens());
            span.setAttribute(OUTPUT_TOKENS, (long) usage.completionTokens());
        }
        if (completion != null) {
            span.setAttribute(RESPONSE_MODEL, completion.model());
            if (completion.finishReason() != null) {
                span.setAttribute(FINISH_REASONS, List.of(completion.finishReason()));
            }
        }
        try {
            JsonNode request = json.readTree(exchange.getVariable("chatRequest", "{}", String.class));
            asked(span, request);
            if (exchange.getVariable("enableMonitoring", true, Boolean.class)) {
                said(span, exchange, request, completion, draft);
            }
        } catch (JsonProcessingException e) {
            LOG.warn("the request to the language model is no JSON: {}", e.getOriginalMessage());
        }
    }

    private static void asked(Span span, JsonNode request) {
        if (request.has("max_tokens")) {
            span.setAttribute(MAX_TOKENS, request.get("max_tokens").asLong());
        }
        if (request.has("temperature")) {
            span.setAttribute(TEMPERATURE, request.get("temperature").asDouble());
        }
        if (request.has("top_p")) {
            span.setAttribute(TOP_P, request.get("top_p").asDouble());
        }
    }

    private void said(
            Span span,
            Exchange exchange,
            JsonNode request,
            @Nullable ChatCompletion completion,
            @Nullable CompletionDraft draft)
            throws JsonProcessingException {
        ObjectNode said = json.createObjectNode();
        String conversation = exchange.getVariable("conversationId", String.class);
        if (conversation != null) {
            said.put("conversation", conversation);
        }
        if (capturesContent) {
            ArrayNode input = said.putArray("input");
            request.path("messages")
                    .forEach(message -> input.add(message(
                            message.path("role").asText(), message.path(CONTENT).asText())));
            if (draft != null && !draft.isEmpty()) {
                ObjectNode answer = message("assistant", draft.text());
                if (completion != null && completion.finishReason() != null) {
                    answer.put("finish_reason", completion.finishReason());
                }
                said.putArray("output").add(answer);
            }
        }
        if (redacts) {
            exchange.getContext()
                    .getRegistry()
                    .lookupByNameAndType("redaction", Redaction.class)
                    .apply(said);
        }
        if (said.has("conversation")) {
            span.setAttribute(CONVERSATION, said.get("conversation").asText());
        }
        if (said.has("input")) {
            span.setAttribute(INPUT_MESSAGES, json.writeValueAsString(said.get("input")));
        }
        if (said.has("output")) {
            span.setAttribute(OUTPUT_MESSAGES, json.writeValueAsString(said.get("output")));
        }
    }

    /** A message in the form of the conventions' schema. */
    private ObjectNode message(String role, String text) {
        ObjectNode message = json.createObjectNode().put("role", role);
        message.putArray("parts").addObject().put("type", "text").put(CONTENT, text);
        return message;
    }
}
