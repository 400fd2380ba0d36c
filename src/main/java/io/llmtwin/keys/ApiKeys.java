package io.llmtwin.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keys, kept as SHA-256 hashes and compared in constant time. Immutable. */
final class ApiKeys {
    static final ApiKeys NONE = new ApiKeys(List.of());

    private final List<Entry> entries;

    /**
     * The keys of {@code entries}. Several may be one caller's, so that a key can be changed while the old one still opens.
     *
     * @throws IllegalArgumentException if callers of the same name differ
     */
    ApiKeys(List<Entry> entries) {
        Map<String, Caller> callers = new HashMap<>();
        for (Entry entry : entries) {
            Caller caller = entry.caller();
            Caller other = callers.put(String.valueOf(caller.name()), caller);
            if (other != null && !other.equals(caller)) {
                throw new IllegalArgumentException("two keys have the name " + caller.name() + ", and differ");
            }
        }
        this.entries = List.copyOf(entries);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int size() {
        return entries.size();
    }

    /** Whose key {@code key} is; takes as long whichever it is. */
    Optional<Caller> find(String key) {
        byte[] hash = hash(key);
        Optional<Caller> found = Optional.empty();
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.hash(), hash)) {
                found = Optional.of(entry.caller());
            }
        }
        return found;
    }

    static byte[] hash(String text) {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** One key: the hash of it, and who holds it. */
    @SuppressWarnings("ArrayRecordComponent") // entries are never compared
    record Entry(byte[] hash, Caller caller) {}
}
