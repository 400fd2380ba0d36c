package io.llmtwin.monitoring.delivery;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.monitoring.Entry;
import io.llmtwin.monitoring.Feedback;
import io.llmtwin.monitoring.Journal;
import io.llmtwin.monitoring.Position;
import io.llmtwin.monitoring.PromptRecord;
import io.llmtwin.monitoring.delivery.Shipment.Refusal;
import java.io.IOException;
import java.util.Optional;

/** Puts entries into shipments, but for those that may not leave the house. */
final class Packer {
    private final Journal journal;
    private final ObjectMapper json;

    Packer(Journal journal, ObjectMapper json) {
        this.journal = journal;
        this.json = json;
    }

    /**
     * Puts {@code entry} into {@code shipment}. What a client asked not to be monitored, and what was said of it, is left
     * out; what can't be read is refused on behalf of the target.
     *
     * @throws IOException if the journal can't be read
     */
    void pack(Entry entry, Shipment shipment) throws IOException {
        try {
            switch (entry.kind()) {
                case PROMPT -> {
                    PromptRecord prompt = json.readValue(entry.content(), PromptRecord.class);
                    if (prompt.monitored()) {
                        shipment.add(entry, prompt);
                    } else {
                        shipment.leaveOut();
                    }
                }
                case FEEDBACK -> {
                    if (isMonitored(entry)) {
                        shipment.add(entry, json.readValue(entry.content(), Feedback.class));
                    } else {
                        shipment.leaveOut();
                    }
                }
                case DELETION -> shipment.addDeletion(entry);
            }
        } catch (JacksonException e) {
            shipment.refused(new Refusal(entry, 0, e.getOriginalMessage()));
        }
    }

    private boolean isMonitored(Entry feedback) throws IOException {
        Optional<Entry> prompt = journal.find(feedback.traceId());
        return prompt.isEmpty()
                || json.readValue(prompt.get().content(), PromptRecord.class).monitored();
    }

    /** A shipment of one dead letter, of which nobody knows whether it has arrived by now. */
    Shipment packed(DeadLetter letter) throws IOException {
        Shipment shipment = new Shipment(Position.START, true);
        pack(
                new Entry(
                        Position.START,
                        letter.kind(),
                        letter.traceId(),
                        letter.entryTime(),
                        json.writeValueAsBytes(letter.content())),
                shipment);
        return shipment;
    }
}
