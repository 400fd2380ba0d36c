package io.llmtwin.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.monitoring.Entry.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bean {@code traces}: the records of past requests, as the journal has them. */
@Component
public final class Traces {
    private static final int DEFAULT_LIMIT = 20;

    private final Journal journal;
    private final ObjectMapper json;

    Traces(Journal journal, ObjectMapper json) {
        this.journal = journal;
        this.json = json;
    }

    /** The last {@code limit} records in full, newest first, under {@code traces}. */
    public Map<String, List<JsonNode>> newest(@Header("limit") @Nullable Integer limit) throws IOException {
        List<JsonNode> records = new ArrayList<>();
        Optional<Entry> entry = journal.before(Position.END, Kind.PROMPT);
        while (entry.isPresent() && records.size() < (limit == null ? DEFAULT_LIMIT : limit)) {
            records.add(json.readTree(entry.get().content()));
            entry = journal.before(entry.get().position(), Kind.PROMPT);
        }
        return Map.of("traces", records);
    }

    /**
     * The record of one request.
     *
     * @throws UnknownTraceException if there is none, or none any more
     */
    public JsonNode find(@Header("id") String id) throws IOException {
        UUID traceId;
        try {
            traceId = UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw new UnknownTraceException(id);
        }
        Entry entry = journal.find(traceId).orElseThrow(() -> new UnknownTraceException(id));
        return json.readTree(entry.content());
    }
}
