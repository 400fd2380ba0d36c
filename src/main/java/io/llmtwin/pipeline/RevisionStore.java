package io.llmtwin.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The revisions that are kept on disk, one file each, and which of them serves. Every file is replaced as a whole, so that
 * a crash leaves one of two states. Thread-safe.
 */
public final class RevisionStore {
    private static final Logger LOG = LoggerFactory.getLogger(RevisionStore.class);

    /** How many that have served are kept, and how many drafts. */
    static final int MOST_KEPT = 20;

    private static final String SUFFIX = ".json";
    private static final String STATE = "serving.json";

    private final Path folder;
    private final ObjectMapper json;
    private final Map<String, StoredRevision> revisions = new LinkedHashMap<>();
    private ServingState state;

    private RevisionStore(Path folder, ObjectMapper json, ServingState state) {
        this.folder = folder;
        this.json = json;
        this.state = state;
    }

    /** The store in {@code folder}, which is made if need be. A file that can't be read is logged and left alone. */
    public static RevisionStore open(Path folder, ObjectMapper json) throws IOException {
        Files.createDirectories(folder);
        RevisionStore store = new RevisionStore(folder, json, readState(folder.resolve(STATE), json));
        try (Stream<Path> found = Files.list(folder)) {
            for (Path file : (Iterable<Path>) found.sorted()::iterator) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(SUFFIX) && !name.equals(STATE)) {
                    store.load(file);
                }
            }
        }
        return store;
    }

    synchronized Optional<StoredRevision> find(String id) {
        return Optional.ofNullable(revisions.get(id));
    }

    /** All of them, those first that were touched last. */
    synchronized List<StoredRevision> all() {
        List<StoredRevision> all = new ArrayList<>(revisions.values());
        all.sort(Comparator.comparing(StoredRevision::touched).reversed().thenComparing(StoredRevision::id));
        return all;
    }

    synchronized ServingState state() {
        return state;
    }

    /** Keeps {@code revision}; the oldest that nobody needs make room for it. */
    synchronized void keep(StoredRevision revision) {
        revisions.put(revision.id(), revision);
        write(revision.id() + SUFFIX, revision);
        forgetOldest();
    }

    synchronized void save(ServingState changed) {
        if (!changed.equals(state)) {
            state = changed;
            write(STATE, changed);
        }
    }

    /**
     * Forgets the revision named {@code id}, if there is one.
     *
     * @throws UncheckedIOException if it can't be deleted; it is still there then
     */
    synchronized void delete(String id) {
        if (revisions.containsKey(id)) {
            try {
                Files.deleteIfExists(file(id));
            } catch (IOException e) {
                throw new UncheckedIOException("revision " + id + " can't be deleted", e);
            }
            revisions.remove(id);
        }
    }

    /** Revisions that must not go: those that serve, served before, or take part in an experiment. */
    synchronized Set<String> needed() {
        Set<String> needed = new HashSet<>();
        for (String id : new String[] {state.active(), state.previous()}) {
            if (id != null) {
                needed.add(id);
            }
        }
        Experiment experiment = state.experiment();
        if (experiment != null && experiment.isRunning()) {
            experiment.arms().forEach(arm -> needed.add(arm.revision()));
        }
        return needed;
    }

    private void forgetOldest() {
        Set<String> needed = needed();
        Map<Boolean, Integer> counts = new LinkedHashMap<>();
        for (StoredRevision revision : all()) {
            boolean isDraft = revision.activated() == null;
            if (counts.merge(isDraft, 1, Integer::sum) > MOST_KEPT && !needed.contains(revision.id())) {
                forget(revision.id());
            }
        }
    }

    /** Makes room whatever the disk says, for the same reason as {@link #write}. */
    private void forget(String id) {
        revisions.remove(id);
        try {
            Files.deleteIfExists(file(id));
        } catch (IOException e) {
            LOG.error("{} can't be deleted; a restart will know of it again: {}", file(id), e.toString());
        }
    }

    private Path file(String id) {
        return folder.resolve(id + SUFFIX);
    }

    private void load(Path file) {
        try {
            StoredRevision revision = json.readValue(file.toFile(), StoredRevision.class);
            revisions.put(revision.id(), revision);
        } catch (IOException e) {
            LOG.warn("the kept revision in {} can't be read: {}", file, e.toString());
        }
    }

    private static ServingState readState(Path file, ObjectMapper json) {
        try {
            return json.readValue(Files.readAllBytes(file), ServingState.class);
        } catch (NoSuchFileException e) {
            return ServingState.NEW;
        } catch (IOException e) {
            LOG.warn("which revision served can't be read from {}: {}", file, e.toString());
            return ServingState.NEW;
        }
    }

    /** A disk that is full or read-only keeps nobody from changing what serves: only a restart won't know of it. */
    private void write(String name, Object content) {
        Path next = folder.resolve(name + ".new");
        try {
            Files.write(
                    next,
                    json.writeValueAsBytes(content),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.SYNC);
            Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.error("{} can't be written to {}; a restart will not know of it: {}", name, folder, e.toString());
        }
    }
}
