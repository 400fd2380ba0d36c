package io.llmtwin.ingest;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What a collection holds under the id of a document. Not thread-safe. */
final class StoredChunks {
    private final Set<Integer> current = new HashSet<>();
    private final Set<Origin> origins = EnumSet.noneOf(Origin.class);
    private final Set<Set<String>> writers = new HashSet<>();
    private boolean others;

    /**
     * Takes note of a stored chunk.
     *
     * @param isCurrent whether it is as it should be
     * @param origin empty for one that the course's code stored
     * @param writer names and ids of who wrote it
     */
    void add(int place, boolean isCurrent, Optional<Origin> origin, Set<String> writer) {
        writers.add(writer);
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

    /** Whether there is nothing, or each chunk is by one of {@code authors}. */
    boolean areBy(Collection<String> authors) {
        return writers.stream().noneMatch(writer -> Collections.disjoint(writer, authors));
    }

    /** Whether any of them came from there. */
    boolean isFrom(Origin origin) {
        return origins.contains(origin);
    }
}
