package io.llmtwin.monitoring;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmtwin.monitoring.Entry.Kind;
import java.io.IOException;
import java.util.Optional;

/**
 * Goes through the journal from a position backwards, and stops at each trace that a filter admits. Holds one record at a
 * time. Used by one thread.
 */
final class TraceSearch {
    private final Journal journal;
    private final ObjectMapper json;
    private final TraceFilter filter;
    private Position position;
    private long looked;
    private boolean done;

    TraceSearch(Journal journal, ObjectMapper json, TraceFilter filter, Position before) {
        this.journal = journal;
        this.json = json;
        this.filter = filter;
        this.position = before;
    }

    /**
     * The next trace, with its feedback in the field {@code feedback}; empty where there is none, or {@code most} records
     * were looked at.
     */
    Optional<ObjectNode> next(long most) throws IOException {
        while (looked < most && !done) {
            Optional<Entry> entry = journal.before(position, Kind.PROMPT);
            if (entry.isEmpty() || filter.isBefore(entry.get())) {
                done = true;
                break;
            }
            looked++;
            position = entry.get().position();
            Optional<Feedback> feedback = feedback(entry.get());
            boolean scoreFits = !filter.asksForScore()
                    || feedback.map(Feedback::score).filter(filter::admits).isPresent();
            if (scoreFits && filter.admits(entry.get().content())) {
                return Optional.of(merged(entry.get(), feedback));
            }
        }
        return Optional.empty();
    }

    /** Where the search goes on. */
    Position position() {
        return position;
    }

    /** Whether nothing can come any more. */
    boolean isDone() throws IOException {
        return done || journal.before(position, Kind.PROMPT).isEmpty();
    }

    ObjectNode merged(Entry record) throws IOException {
        return merged(record, feedback(record));
    }

    private Optional<Feedback> feedback(Entry record) throws IOException {
        Optional<Entry> entry = journal.feedback(record.traceId());
        return entry.isEmpty()
                ? Optional.empty()
                : Optional.of(json.readValue(entry.get().content(), Feedback.class));
    }

    private ObjectNode merged(Entry record, Optional<Feedback> feedback) throws IOException {
        ObjectNode trace = (ObjectNode) json.readTree(record.content());
        feedback.ifPresent(given -> {
            ObjectNode shown = json.valueToTree(given);
            shown.remove("trace_id");
            trace.set("feedback", shown);
        });
        return trace;
    }
}
