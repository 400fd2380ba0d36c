package io.llmtwin.monitoring.delivery;

import io.llmtwin.monitoring.Entry;
import io.llmtwin.monitoring.Entry.Kind;
import io.llmtwin.monitoring.Feedback;
import io.llmtwin.monitoring.Position;
import io.llmtwin.monitoring.PromptRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Entries of the journal on their way to a target, and what has become of them so far. What is asked about them may come
 * from several threads; all else is for one.
 */
public final class Shipment {
    private final Position next;
    private final boolean doubtful;
    private final Map<UUID, PromptRecord> prompts = new LinkedHashMap<>();
    private final Map<UUID, Feedback> feedback = new LinkedHashMap<>();
    private final Set<UUID> deletions = Collections.newSetFromMap(new LinkedHashMap<>());
    private final List<Entry> entries = new ArrayList<>();
    private final Set<UUID> arrived = ConcurrentHashMap.newKeySet();
    private final List<Refusal> refusals = new ArrayList<>();
    private int leftOut;

    /**
     * An empty shipment.
     *
     * @param next where the journal goes on after it
     * @param doubtful whether some of it may have arrived before, when nobody heard the answer
     */
    Shipment(Position next, boolean doubtful) {
        this.next = next;
        this.doubtful = doubtful;
    }

    void add(Entry entry, PromptRecord prompt) {
        entries.add(entry);
        prompts.put(entry.traceId(), prompt);
    }

    /** Of several opinions on one trace, the last one counts. */
    void add(Entry entry, Feedback opinion) {
        entries.add(entry);
        feedback.put(entry.traceId(), opinion);
    }

    void addDeletion(Entry entry) {
        entries.add(entry);
        deletions.add(entry.traceId());
    }

    /** Counts an entry that is not for the target. */
    void leaveOut() {
        leftOut++;
    }

    /** How many entries are not for the target. */
    int leftOut() {
        return leftOut;
    }

    /** How many entries the target has taken, once it has answered. */
    long taken() {
        Set<Entry> refused = refusals.stream().map(Refusal::entry).collect(Collectors.toSet());
        return entries.stream().filter(entry -> !refused.contains(entry)).count();
    }

    /** Where the journal goes on after this. */
    Position next() {
        return next;
    }

    List<Entry> entries() {
        return entries;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Whether some of it may have arrived before, when nobody heard the answer. */
    public boolean isDoubtful() {
        return doubtful;
    }

    /** The records that are still to be sent, oldest first. */
    public List<PromptRecord> prompts() {
        Set<UUID> refused =
                refusals.stream().map(refusal -> refusal.entry().traceId()).collect(Collectors.toSet());
        return prompts.values().stream()
                .filter(prompt -> !arrived.contains(prompt.traceId()) && !refused.contains(prompt.traceId()))
                .toList();
    }

    /** The records that are still to be sent, in {@code form}. One that can't be put into it is set aside. */
    public <T> List<T> formed(Function<PromptRecord, T> form) {
        List<T> formed = new ArrayList<>();
        for (PromptRecord prompt : prompts()) {
            try {
                formed.add(form.apply(prompt));
            } catch (RuntimeException e) {
                refused(prompt.traceId(), 0, e.toString());
            }
        }
        return formed;
    }

    /** Opinions on answers, by trace, oldest first. */
    public Map<UUID, Feedback> feedback() {
        return Collections.unmodifiableMap(feedback);
    }

    /** Traces of which nothing may be kept. */
    public Set<UUID> deletions() {
        return Collections.unmodifiableSet(deletions);
    }

    /** The record of {@code traceId} has arrived before and need not be sent. */
    public void hasArrived(UUID traceId) {
        arrived.add(traceId);
    }

    /** The target will never take the record of {@code traceId} as it is. */
    public void refused(UUID traceId, int status, String reason) {
        entries.stream()
                .filter(entry -> entry.kind() == Kind.PROMPT && entry.traceId().equals(traceId))
                .findFirst()
                .ifPresent(entry -> refused(new Refusal(entry, status, reason)));
    }

    void refused(Refusal refusal) {
        refusals.add(refusal);
    }

    /** What the target will never take. */
    List<Refusal> refusals() {
        return refusals;
    }

    /**
     * An entry that a target will never take as it is.
     *
     * @param status that the target answered; 0 where it wasn't asked, because the entry can't be read or put into its form
     */
    record Refusal(Entry entry, int status, String reason) {}
}
