package io.llmtwin.ingest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a collection holds of the corpus, document by document, and what of it a pass over the corpus has seen. A
 * document takes about a hundred bytes and its id, and so does one that the corpus did not bring. Not thread-safe.
 */
final class StoredDocuments {
    private final Map<String, State> states = new HashMap<>();

    /** Takes note of a stored chunk. */
    void add(String id, String hash, int chunks) {
        State state = states.computeIfAbsent(id, unseen -> new State());
        long shortHash = shortened(hash);
        state.mixed |= state.stored > 0 && (state.hash != shortHash || state.chunks != chunks);
        state.hash = shortHash;
        state.chunks = chunks;
        state.stored++;
    }

    /** Takes note of a stored chunk that the corpus did not bring. */
    void addForeign(String id) {
        states.computeIfAbsent(id, unseen -> new State()).foreign = true;
    }

    /** What is to be done about a document of the corpus, which is thereby seen. */
    Verdict see(String id, String hash) {
        State state = states.computeIfAbsent(id, unseen -> new State());
        if (state.seen) {
            return Verdict.SEEN_BEFORE;
        }
        state.seen = true;
        if (state.stored == 0) {
            return state.foreign ? Verdict.CHANGED : Verdict.NEW;
        }
        boolean complete =
                !state.mixed && !state.foreign && state.stored == state.chunks && state.hash == shortened(hash);
        return complete ? Verdict.UNCHANGED : Verdict.CHANGED;
    }

    /** Ids that are stored from the corpus and were not seen. */
    List<String> unseen() {
        return states.entrySet().stream()
                .filter(entry -> !entry.getValue().seen && entry.getValue().stored > 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** FNV-1a: 64 bits are enough to notice that one document changed. */
    private static long shortened(String hash) {
        long mixed = 0xcbf29ce484222325L;
        for (int i = 0; i < hash.length(); i++) {
            mixed = (mixed ^ hash.charAt(i)) * 0x100000001b3L;
        }
        return mixed;
    }

    enum Verdict {
        /** Nothing of it is stored. */
        NEW,
        /** All of it is stored as it is. */
        UNCHANGED,
        /** Something else is stored, or not all of it. */
        CHANGED,
        /** The corpus has another document of this id. */
        SEEN_BEFORE
    }

    private static final class State {
        private long hash;
        private int chunks;
        private int stored;
        private boolean mixed;
        private boolean seen;
        private boolean foreign;
    }
}
