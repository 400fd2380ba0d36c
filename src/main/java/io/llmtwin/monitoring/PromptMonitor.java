package io.llmtwin.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.llm.ChatCompletion;
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
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        PromptRecord record = new PromptRecord(
                traceId,
                Instant.now(),
                completion == null ? "error" : "ok",
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
                text(monitored, completion == null ? null : completion.text()),
                completion == null ? null : completion.model(),
                completion == null ? null : completion.finishReason(),
                completion == null ? null : completion.usage(),
                RequestScope.timings(exchange).milliseconds(),
                RequestScope.warnings(exchange),
                failure == null || completion != null
                        ? null
                        : failure.getClass().getSimpleName());
        try {
            journal.append(traceId, json.writeValueAsBytes(record));
        } catch (JsonProcessingException | RuntimeException e) {
            journal.drop(traceId, e);
        }
    }

    private static <T> @Nullable T text(boolean monitored, @Nullable T value) {
        return monitored ? value : null;
    }
}
