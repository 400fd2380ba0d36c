package io.llmtwin.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of one request. Where the client asked not to be monitored, only what carries no text.
 *
 * @param status {@code ok}, {@code error}, or {@code cancelled} where the client had hung up
 * @param retrieved what the search found, best first, before reranking
 * @param sources what the prompt shows, in its order
 * @param answer in full where the status is {@code ok}, else what had been written of it
 * @param timings milliseconds for each step
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
public record PromptRecord(
        UUID traceId,
        Instant time,
        String status,
        @Nullable String revision,
        boolean monitored,
        boolean rag,
        @Nullable String conversationId,
        @Nullable String author,
        @Nullable String query,
        @Nullable Object queries,
        @Nullable Object retrieved,
        @Nullable Object sources,
        @Nullable String prompt,
        @Nullable String answer,
        @Nullable String model,
        @Nullable String finishReason,
        @Nullable Object usage,
        Map<String, Double> timings,
        List<String> warnings,
        @Nullable String error) {}
