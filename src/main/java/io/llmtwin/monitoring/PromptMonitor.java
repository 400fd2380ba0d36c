package io.llmtwin.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.llm.ChatCompletion;
import io.llmtwin.llm.CompletionDraft;
import io.llmtwin.pipeline.Lifetime;
import io.llmtwin.pipeline.RequestScope;
import java.time.Instant;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bean {@code promptMonitor}: takes down in the journal what a request was and came to. */
@Component
public final class PromptMonitor {
    private final Journal journal;
    private final ObjectMapper json;

    PromptMonitor(Journal journal, ObjectMapper json) {
        this.journal = journal;
        this.json = json;
    }

    /** Appends the {@link PromptRecord} of {@code exchange}, read from its variables. */
    public void record(Exchange exchange) {
        UUID traceId = UUID.fromString(exchange.getVariable("traceId", String.class));
        boolean monitored = exchange.getVariable("enableMonitoring", true, Boolean.class);
        ChatCompletion completion = exchange.getVariable("completion", ChatCompletion.class);
        CompletionDraft draft = exchange.getVariable("draft", CompletionDraft.class);
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        PromptRecord record = new PromptRecord(
                traceId,
                Instant.now(),
                status(exchange, completion),
                exchange.getVariable(RequestScope.REVISION, String.class),
                monitored,
                exchange.getVariable("enableRag", true, Boolean.class),
                text(monitored, exchange.getVariable("conversationId", String.class)),
                text(monitored, exchange.getVariable("author", String.class)),
                text(monitored, exchange.getVariable("query", String.class)),
                text(monitored, exchange.getVariable("queries")),
                text(monitored, exchange.getVariable("retrieved")),
                text(monitored, exchange.getVariable("passages")),
                text(monitored, exchange.getVariable("prompt", String.class)),
                text(monitored, completion != null ? completion.text() : written(draft)),
                completion == null ? null : completion.model(),
                completion == null ? null : completion.finishReason(),
                completion == null ? null : completion.usage(),
                RequestScope.timings(exchange).milliseconds(),
                RequestScope.warnings(exchange),
                failure == null || completion != null
                        ? null
                        : failure.getClass().getSimpleName());
        try {
            journal.append(Entry.Kind.PROMPT, traceId, json.writeValueAsBytes(record));
        } catch (JsonProcessingException | RuntimeException e) {
            journal.drop(traceId, e);
        }
    }

    private static String status(Exchange exchange, @Nullable ChatCompletion completion) {
        if (completion != null) {
            return "ok";
        }
        return RequestScope.lifetime(exchange).end() == Lifetime.End.CLIENT_GONE ? "cancelled" : "error";
    }

    /** What had been written of an answer that was not finished; null where nothing had. */
    private static @Nullable String written(@Nullable CompletionDraft draft) {
        return draft == null || draft.isEmpty() ? null : draft.text();
    }

    private static <T> @Nullable T text(boolean monitored, @Nullable T value) {
        return monitored ? value : null;
    }
}
