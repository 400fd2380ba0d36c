package io.llmtwin.ingest;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What a collection holds under the id of a document. Not thread-safe. */
final class StoredChunks {
    private final Set<Integer> current = new HashSet<>();
    private final Set<Origin> origins = EnumSet.noneOf(Origin.class);
    private boolean others;

    /**
     * Takes note of a stored chunk.
     *
     * @param isCurrent whether it is as it should be
     * @param origin empty for one that the course's code stored
     */
    void add(int place, boolean isCurrent, Optional<Origin> origin) {
        if (isCurrent) {
            current.add(place);
        } else {
            others = true;
        }
        origin.ifPresent(origins::add);
    }

    /** Places of the chunks that are as they should be. */
    Set<Integer> current() {
        return current;
    }

    /** Whether there is anything else, of an earlier version or from the course's code. */
    boolean hasOthers() {
        return others;
    }

    /** Whether any of them came from there. */
    boolean isFrom(Origin origin) {
        return origins.contains(origin);
    }
}
