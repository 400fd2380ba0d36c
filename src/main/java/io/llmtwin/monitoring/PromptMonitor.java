package io.llmtwin.monitoring;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.llm.AnswerListener;
import io.llmtwin.llm.ChatCompletion;
import io.llmtwin.llm.CompletionDraft;
import io.llmtwin.llm.CompletionReader;
import io.llmtwin.llm.Conversation;
import io.llmtwin.llm.LlmCostSettings;
import io.llmtwin.llm.LlmServer;
import io.llmtwin.llm.Sampling;
import io.llmtwin.pipeline.Experiment;
import io.llmtwin.pipeline.Lifetime;
import io.llmtwin.pipeline.RequestScope;
import io.llmtwin.pipeline.StepTimings;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** The bean {@code promptMonitor}: takes down what a request was and came to. */
@Component
public final class PromptMonitor {
    private final LlmServer llmServer;
    private final LlmCostSettings cost;
    private final RequestMeter meter;
    private final ObjectMapper json;

    PromptMonitor(
            @Qualifier("llmServer") LlmServer llmServer, LlmCostSettings cost, RequestMeter meter, ObjectMapper json) {
        this.llmServer = llmServer;
        this.cost = cost;
        this.meter = meter;
        this.json = json;
    }

    /** The {@link PromptRecord} of {@code exchange}, read from its variables, in JSON. Counts a live request. */
    public ObjectNode record(Exchange exchange) throws IOException {
        PromptRecord record = of(exchange);
        if (RequestScope.rehearsal(exchange) == null) {
            meter.count(record);
            List<?> found = exchange.getVariable("passages", List.class);
            if (record.rag() && found != null) {
                meter.count(found);
            }
        }
        return json.valueToTree(record);
    }

    private PromptRecord of(Exchange exchange) throws IOException {
        boolean monitored = exchange.getVariable("enableMonitoring", true, Boolean.class);
        ChatCompletion completion = exchange.getVariable("completion", ChatCompletion.class);
        CompletionDraft draft = exchange.getVariable("draft", CompletionDraft.class);
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        StepTimings timings = RequestScope.timings(exchange);
        Map<String, Double> milliseconds = timings.milliseconds();
        ChatCompletion.Usage usage = CompletionReader.usage(exchange);
        return new PromptRecord(
                UUID.fromString(exchange.getVariable("traceId", String.class)),
                timings.start(),
                Instant.now(),
                status(exchange, completion),
                exchange.getVariable(RequestScope.REVISION, String.class),
                exchange.getVariable("caller", String.class),
                text(monitored, exchange.getVariable("author", String.class)),
                RequestScope.warnings(exchange),
                exchange.getVariable(RequestScope.EXPERIMENT, Experiment.Place.class),
                failure == null || completion != null
                        ? null
                        : failure.getClass().getSimpleName(),
                monitored,
                exchange.getVariable("enableRag", true, Boolean.class),
                tags(exchange),
                text(monitored, exchange.getVariable("conversationId", String.class)),
                completion == null ? null : completion.model(),
                llmServer.adapterAt(exchange.getVariable("replica", String.class)),
                completion == null ? null : completion.finishReason(),
                usage,
                cost.of(usage, milliseconds.getOrDefault("llm", 0.0) / 1000),
                milliseconds,
                timings.steps(),
                timeToFirstToken(timings, draft),
                exchange.getVariable("otelTraceId", String.class),
                text(monitored, exchange.getVariable("query", String.class)),
                text(monitored, exchange.getVariable("queries")),
                text(monitored, sampling(exchange)),
                text(monitored, conversation(exchange)),
                text(monitored, exchange.getVariable("retrieved")),
                text(monitored, exchange.getVariable("passages")),
                monitored ? PromptTemplate.of(exchange) : null,
                text(monitored, exchange.getVariable("prompt", String.class)),
                text(monitored, completion != null ? completion.text() : written(draft)));
    }

    private static String status(Exchange exchange, @Nullable ChatCompletion completion) {
        if (completion != null) {
            return "ok";
        }
        return RequestScope.lifetime(exchange).end() == Lifetime.End.CLIENT_GONE ? "cancelled" : "error";
    }

    @SuppressWarnings("unchecked")
    private static List<String> tags(Exchange exchange) {
        List<String> tags = new ArrayList<>();
        tags.add(exchange.getVariable("enableRag", true, Boolean.class) ? "rag" : "no-rag");
        if (exchange.getVariable(AnswerListener.VARIABLE) != null) {
            tags.add("stream");
        }
        tags.addAll(exchange.getVariable("tags", List.of(), List.class));
        return tags;
    }

    private static @Nullable Sampling sampling(Exchange exchange) {
        Sampling sampling = Sampling.of(exchange);
        return sampling.isUnsaid() ? null : sampling;
    }

    private static @Nullable Object conversation(Exchange exchange) {
        Conversation conversation = exchange.getVariable("conversation", Conversation.class);
        if (conversation == null || conversation.equals(Conversation.NONE)) {
            return null;
        }
        List<Object> messages = new ArrayList<>();
        if (!conversation.instructions().isEmpty()) {
            messages.add(Map.of("role", "system", "content", conversation.instructions()));
        }
        messages.addAll(conversation.turns());
        return messages;
    }

    private static @Nullable Double timeToFirstToken(StepTimings timings, @Nullable CompletionDraft draft) {
        OptionalLong first = draft == null ? OptionalLong.empty() : draft.firstWritten();
        return first.isPresent() ? timings.millisecondsUntil(first.getAsLong()) : null;
    }

    /** What had been written of an answer that was not finished; null where nothing had. */
    private static @Nullable String written(@Nullable CompletionDraft draft) {
        return draft == null || draft.isEmpty() ? null : draft.text();
    }

    private static <T> @Nullable T text(boolean monitored, @Nullable T value) {
        return monitored ? value : null;
    }
}
