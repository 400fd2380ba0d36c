package io.llmtwin.monitoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.monitoring.Entry.Kind;
import io.llmtwin.pipeline.Rehearsal;
import io.llmtwin.pipeline.RequestScope;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Headers;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bean {@code traces}: the records of past requests and the feedback on them, as the journal has them. */
@Component
public final class Traces {
    private static final int DEFAULT_LIMIT = 20;

    /** How many records are looked at for one page, so that a filter that fits hardly any costs a second or a few. */
    private static final long MOST_LOOKED_AT = 10_000;

    private final Journal journal;
    private final ObjectMapper json;

    /** Keeps feedback from coming in between the looking and the deleting. */
    private final ReentrantLock changing = new ReentrantLock();

    Traces(Journal journal, ObjectMapper json) {
        this.journal = journal;
        this.json = json;
    }

    /**
     * Keeps {@code record}, a {@link PromptRecord}; one that can't be kept is counted as dropped. That of a rehearsal
     * stays with the rehearsal.
     */
    public void keep(Exchange exchange, ObjectNode record) throws JsonProcessingException {
        Rehearsal rehearsal = RequestScope.rehearsal(exchange);
        if (rehearsal != null) {
            rehearsal.keep(record);
            return;
        }
        UUID traceId = UUID.fromString(record.path("trace_id").asText());
        journal.append(Kind.PROMPT, traceId, json.writeValueAsBytes(record));
    }

    /** Counts the record of {@code exchange} as dropped, for the exception that it has caught. A rehearsal's is not. */
    public void lost(Exchange exchange) {
        if (RequestScope.rehearsal(exchange) != null) {
            return;
        }
        UUID traceId = UUID.fromString(exchange.getVariable("traceId", String.class));
        journal.drop(traceId, exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class));
    }

    /**
     * Keeps {@code feedback}, a {@link Feedback} in JSON. It takes the place of any before it on the same trace.
     *
     * @param caller beside whose traces there are none; null for all
     * @throws UnknownTraceException if there is no such trace, or none any more
     * @throws JournalUnavailableException if it can't be kept
     */
    public void keepFeedback(ObjectNode feedback, @Variable("tracesOf") @Nullable String caller) throws IOException {
        String id = feedback.path("trace_id").asText();
        changing.lock();
        try {
            Entry record = entry(id, caller);
            if (!journal.append(Kind.FEEDBACK, record.traceId(), json.writeValueAsBytes(feedback))) {
                throw new JournalUnavailableException("the feedback could not be kept; try again");
            }
        } finally {
            changing.unlock();
        }
    }

    /**
     * A page of traces in full, newest first.
     *
     * @param parameters see {@link TraceFilter#of}
     * @param cursor where the page before ended; null for the first
     * @param caller name of the key whose traces alone are shown; null for all
     * @throws TraceFilterException if a parameter or the cursor is wrong
     */
    public Page page(
            @Headers Map<String, Object> parameters,
            @Header("limit") @Nullable Integer limit,
            @Header("cursor") @Nullable String cursor,
            @Variable("tracesOf") @Nullable String caller)
            throws IOException {
        TraceSearch search = search(parameters, cursor, caller);
        List<JsonNode> found = new ArrayList<>();
        int most = limit == null ? DEFAULT_LIMIT : limit;
        while (found.size() < most) {
            Optional<ObjectNode> trace = search.next(MOST_LOOKED_AT);
            if (trace.isEmpty()) {
                break;
            }
            found.add(trace.get());
        }
        return new Page(found, search.isDone() ? null : TraceCursor.of(search.position()));
    }

    /** All traces, newest first, as JSON lines, read from the journal while they are written; parameters as above. */
    public InputStream lines(
            @Headers Map<String, Object> parameters,
            @Header("limit") @Nullable Integer limit,
            @Header("cursor") @Nullable String cursor,
            @Variable("tracesOf") @Nullable String caller) {
        return new TraceLines(search(parameters, cursor, caller), json, limit == null ? Long.MAX_VALUE : limit);
    }

    private TraceSearch search(Map<String, Object> parameters, @Nullable String cursor, @Nullable String caller) {
        Position before = cursor == null ? Position.END : TraceCursor.position(cursor);
        return new TraceSearch(journal, json, TraceFilter.of(parameters, caller), before);
    }

    /**
     * The record of one request, with the feedback on it.
     *
     * @param caller beside whose traces there are none; null for all
     * @throws UnknownTraceException if there is none, or none any more
     */
    public JsonNode find(@Header("id") String id, @Variable("tracesOf") @Nullable String caller) throws IOException {
        Entry record = entry(id, caller);
        return search(Map.of(), null, caller).merged(record);
    }

    /**
     * Deletes the record of one request and the feedback on it, here and where it was delivered to.
     *
     * @param caller beside whose traces there are none; null for all
     * @throws UnknownTraceException if there is none, or none any more
     * @throws JournalUnavailableException if it can't be deleted now
     */
    public void delete(@Header("id") String id, @Variable("tracesOf") @Nullable String caller) throws IOException {
        changing.lock();
        try {
            journal.delete(entry(id, caller).traceId());
        } catch (IOException e) {
            throw new JournalUnavailableException("the trace could not be deleted; try again", e);
        } finally {
            changing.unlock();
        }
    }

    private Entry entry(String id, @Nullable String caller) throws IOException {
        UUID traceId;
        try {
            traceId = UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw new UnknownTraceException(id);
        }
        Entry record = journal.find(traceId).orElseThrow(() -> new UnknownTraceException(id));
        if (!TraceFilter.of(Map.of(), caller).admits(record.content())) {
            throw new UnknownTraceException(id);
        }
        return record;
    }

    /**
     * Some traces.
     *
     * @param traces may be fewer than were asked for, even none, where there are more
     * @param nextCursor for those that come after; null where there are none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonNaming(SnakeCaseStrategy.class)
    public record Page(List<JsonNode> traces, @Nullable String nextCursor) {}
}
