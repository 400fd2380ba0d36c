package io.llmtwin.monitoring.delivery;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.monitoring.PromptRecord;
import org.jspecify.annotations.Nullable;

/** What is said about a request beside its texts, as monitoring services search and group by it. */
public final class RecordedMetadata {

    private RecordedMetadata() {}

    /** The metadata of {@code record}; what is not known is left out. */
    public static ObjectNode of(PromptRecord record, ObjectMapper json) {
        ObjectNode metadata = json.createObjectNode()
                .put("trace_id", record.traceId().toString())
                .put("status", record.status())
                .put("rag", record.rag())
                .put("cost", record.cost());
        put(metadata, "revision", record.revision());
        put(metadata, "author", record.author());
        put(metadata, "conversation_id", record.conversationId());
        put(metadata, "model", record.model());
        put(metadata, "adapter", record.adapter());
        put(metadata, "finish_reason", record.finishReason());
        put(metadata, "error", record.error());
        put(metadata, "otel_trace_id", record.otelTraceId());
        if (record.template() != null) {
            metadata.put("template", record.template().name());
        }
        if (record.timeToFirstToken() != null) {
            metadata.put("time_to_first_token", record.timeToFirstToken());
        }
        if (record.usage() != null) {
            metadata.set("usage", json.valueToTree(record.usage()));
        }
        if (!record.warnings().isEmpty()) {
            metadata.put("warnings", String.join(", ", record.warnings()));
        }
        metadata.set("timings", json.valueToTree(record.timings()));
        return metadata;
    }

    /** Puts {@code value} into {@code node}, if there is one: monitoring services take no nulls. */
    public static void put(ObjectNode node, String name, @Nullable String value) {
        if (value != null) {
            node.put(name, value);
        }
    }
}
