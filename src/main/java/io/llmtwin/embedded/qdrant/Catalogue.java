package io.llmtwin.embedded.qdrant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All collections of a store, by name, each in a folder whose name says nothing. Creation and deletion go one at a time
 * and are done when they return; a deletion waits for what is being done with the collection.
 */
final class Catalogue {
    private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);

    private final Path home;
    private final ConcurrentNavigableMap<String, Collection> collections = new ConcurrentSkipListMap<>();

    private Catalogue(Path home) {
        this.home = home;
    }

    /** Opens every collection under {@code home} and removes what an interrupted creation or deletion has left. */
    static Catalogue open(Path home) throws IOException {
        Catalogue catalogue = new Catalogue(Files.createDirectories(home));
        try (Stream<Path> folders = Files.list(home)) {
            for (Path folder : folders.toList()) {
                if (Collection.isIn(folder)) {
                    Collection collection = Collection.open(folder);
                    catalogue.collections.put(collection.descriptor().name(), collection);
                } else {
                    remove(folder);
                }
            }
        } catch (IOException | RuntimeException e) {
            catalogue.close();
            throw e;
        }
        return catalogue;
    }

    /** The names, sorted. */
    List<String> names() {
        return List.copyOf(collections.keySet());
    }

    @Nullable
    Collection find(String name) {
        return collections.get(name);
    }

    /** The collection {@code name}, or a refusal. */
    Collection get(String name) {
        Collection collection = collections.get(CollectionName.checked(name));
        if (collection == null) {
            throw Collection.missing(name);
        }
        return collection;
    }

    synchronized void create(CollectionDescriptor descriptor) {
        if (collections.containsKey(descriptor.name())) {
            throw Refusal.alreadyExists("Collection `" + descriptor.name() + "` already exists!");
        }
        try {
            Path folder = home.resolve(UUID.randomUUID().toString());
            collections.put(descriptor.name(), Collection.create(folder, descriptor));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether there was one. */
    synchronized boolean delete(String name) {
        Collection collection = collections.remove(name);
        if (collection == null) {
            return false;
        }
        try {
            collection.close();
            Files.delete(collection.folder().resolve(CollectionDescriptor.FILE));
            remove(collection.folder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return true;
    }

    /** Maintains every collection; one that fails doesn't keep the others from it. */
    void maintain() {
        for (Collection collection : collections.values()) {
            try {
                collection.maintain();
            } catch (RuntimeException e) {
                LOG.warn(
                        "collection {} could not be maintained; it will be tried again",
                        collection.descriptor().name(),
                        e);
            }
        }
    }

    void close() {
        collections.values().forEach(Collection::close);
    }

    private static void remove(Path folder) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(folder)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }
}
