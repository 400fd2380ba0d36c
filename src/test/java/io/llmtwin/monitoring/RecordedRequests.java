package io.llmtwin.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.llmtwin.llm.ChatCompletion;
import io.llmtwin.llm.Sampling;
import io.llmtwin.pipeline.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Records of requests that nobody made. */
public final class RecordedRequests {
    private static final NoArgGenerator IDS = Generators.timeBasedEpochGenerator();

    private static final ObjectMapper JSON =
            JsonMapper.builder().findAndAddModules().build();

    private RecordedRequests() {}

    /** A request that was searched for and that no language model answered. */
    public static PromptRecord failed(String query) throws JsonProcessingException {
        ObjectNode record = JSON.valueToTree(answered(query));
        record.put("status", "error").put("error", "LlmUnavailableException");
        record.remove(List.of("answer", "model", "finish_reason", "usage"));
        ((ObjectNode) record.withArray("steps").get(5)).put("error", "LlmUnavailableException");
        return JSON.treeToValue(record, PromptRecord.class);
    }

    /** A request that was searched for and answered. */
    public static PromptRecord answered(String query) {
        Instant begin = Instant.parse("2026-01-02T03:04:05.678Z");
        return new PromptRecord(
                IDS.generate(),
                begin,
                begin.plus(Duration.ofMillis(950)),
                "ok",
                "0123456789ab",
                null,
                "Ada",
                List.of("context_dropped"),
                null,
                null,
                true,
                true,
                List.of("rag"),
                "conversation-1",
                "llm-twin",
                "decodingml/llm-twin:1.0.0",
                "stop",
                new ChatCompletion.Usage(700, 30, 730),
                0.00042,
                Map.of("search", 400.0, "llm", 500.0, "total", 950.0, "overhead", 12.0),
                List.of(
                        new Step("expand", begin.plusMillis(1), 100, null),
                        new Step("retrieve", begin.plusMillis(102), 50, null),
                        new Step("rerank", begin.plusMillis(153), 30, null),
                        new Step("search", begin, 200, null),
                        new Step("prompt", begin.plusMillis(201), 20, null),
                        new Step("llm", begin.plusMillis(222), 700, null)),
                321.5,
                "4bf92f3577b34da6a3ce929d0e0e4736",
                query,
                List.of(query, query + "?"),
                new Sampling(256, 0.5, null, null, null, null, null),
                null,
                List.of(Map.of("id", "1", "content", "one"), Map.of("id", "2", "content", "two")),
                List.of(Map.of("id", "2", "content", "two")),
                new PromptRecord.Template("answer.mustache", "Answer {{query}}", Map.of("query", query)),
                "Answer " + query,
                "So it is.");
    }

    /** A request without a search. */
    public static PromptRecord unsearched(String query) {
        PromptRecord searched = answered(query);
        return new PromptRecord(
                searched.traceId(),
                searched.time(),
                searched.endTime(),
                "ok",
                searched.revision(),
                searched.caller(),
                null,
                List.of(),
                null,
                null,
                true,
                false,
                List.of("no-rag"),
                null,
                searched.model(),
                null,
                "stop",
                searched.usage(),
                0,
                searched.timings(),
                searched.steps().subList(4, 6),
                null,
                null,
                query,
                null,
                null,
                null,
                null,
                null,
                searched.template(),
                searched.prompt(),
                searched.answer());
    }

    /** A request that its client didn't want to be monitored. */
    public static PromptRecord unmonitored() {
        PromptRecord record = unsearched("");
        return new PromptRecord(
                record.traceId(),
                record.time(),
                record.endTime(),
                "ok",
                record.revision(),
                null,
                null,
                List.of(),
                null,
                null,
                false,
                false,
                List.of("no-rag"),
                null,
                record.model(),
                null,
                "stop",
                record.usage(),
                0,
                record.timings(),
                record.steps(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
