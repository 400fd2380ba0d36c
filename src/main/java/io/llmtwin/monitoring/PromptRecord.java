package io.llmtwin.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.llmtwin.llm.ChatCompletion;
import io.llmtwin.llm.Sampling;
import io.llmtwin.pipeline.Experiment;
import io.llmtwin.pipeline.Step;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of one request. Where the client asked not to be monitored, only what carries no text. What traces are
 * searched by comes first, so that a search needn't read the rest.
 *
 * @param time when the request began
 * @param endTime when it was answered, or failed
 * @param status {@code ok}, {@code error}, or {@code cancelled} where the client had hung up
 * @param revision of the pipeline
 * @param caller name of the key that the request was made with; null where the API is open
 * @param author whose writing the search was limited to, by the request or by the question
 * @param warnings what was degraded or left out
 * @param experiment in which the request took part, and on which arm
 * @param error class of the exception that the request failed with
 * @param tags {@code rag} or {@code no-rag}, {@code stream}, and what the pipeline has in its variable {@code tags}
 * @param model as its server calls it
 * @param adapter where that model is an adapter, what it was loaded from; names its version
 * @param usage tokens as the model's server counted them
 * @param cost in US dollars
 * @param timings milliseconds for each step, {@code total} and {@code overhead}
 * @param steps each step with its start; a step may lie within another
 * @param timeToFirstToken milliseconds from the beginning to the first token of the answer
 * @param otelTraceId of the request's spans in OpenTelemetry's form, where they are recorded
 * @param sampling how the client wanted the answer written; null where it didn't say
 * @param conversation turns before the question, as maps of {@code role} and {@code content}
 * @param queries that were searched, the question first
 * @param retrieved what the search found, best first, with the scores before reranking
 * @param sources what the prompt shows, in its order, with all scores
 * @param template that the prompt was made of
 * @param answer in full where the status is {@code ok}, else what had been written of it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
public record PromptRecord(
        UUID traceId,
        Instant time,
        Instant endTime,
        String status,
        @Nullable String revision,
        @Nullable String caller,
        @Nullable String author,
        List<String> warnings,
        Experiment.@Nullable Place experiment,
        @Nullable String error,
        boolean monitored,
        boolean rag,
        List<String> tags,
        @Nullable String conversationId,
        @Nullable String model,
        @Nullable String adapter,
        @Nullable String finishReason,
        ChatCompletion.@Nullable Usage usage,
        double cost,
        Map<String, Double> timings,
        List<Step> steps,
        @Nullable Double timeToFirstToken,
        @Nullable String otelTraceId,
        @Nullable String query,
        @Nullable Object queries,
        @Nullable Sampling sampling,
        @Nullable Object conversation,
        @Nullable Object retrieved,
        @Nullable Object sources,
        @Nullable Template template,
        @Nullable String prompt,
        @Nullable String answer) {

    /**
     * What a prompt was made of.
     *
     * @param name of the file in the pipeline
     * @param text of that file in the revision that served
     * @param variables that it shows, with what they held
     */
    public record Template(String name, @Nullable String text, Map<String, Object> variables) {}
}
