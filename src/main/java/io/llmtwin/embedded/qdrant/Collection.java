package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A collection: its descriptor, its index and its write-ahead log, in a folder of their own. A write is logged, then
 * applied, then acknowledged; writes go one at a time, reads any number at once. The index commits when the log has
 * grown or some seconds have passed, and what the log has beyond the commit is applied again when the folder is opened.
 */
final class Collection {
    private static final Logger LOG = LoggerFactory.getLogger(Collection.class);

    /** As long a log is applied again in well under a second. */
    private static final long COMMIT_AT_BYTES = 16L * 1024 * 1024;

    private final Path folder;
    private final CollectionIndex index;
    private final WriteAheadLog log;
    private final Object writing = new Object();
    private final ReentrantReadWriteLock lifecycle = new ReentrantReadWriteLock();
    private volatile CollectionDescriptor descriptor;
    private long sequence;
    private boolean closed;

    private Collection(Path folder) throws IOException {
        this.folder = folder;
        this.descriptor = CollectionDescriptor.read(folder);
        this.index = new CollectionIndex(folder.resolve("index"), descriptor);
        try {
            long committed = index.committedSequence();
            this.sequence = committed;
            WriteApplier applier = new WriteApplier(descriptor, index);
            this.log = WriteAheadLog.open(folder.resolve("wal"), (number, bytes) -> {
                if (number > committed) {
                    applier.apply(number, PointsUpdateOperation.parseFrom(bytes));
                    sequence = number;
                }
            });
        } catch (IOException | RuntimeException e) {
            index.close();
            throw e;
        }
    }

    /** Makes a collection in {@code folder}, which must be empty. */
    static Collection create(Path folder, CollectionDescriptor descriptor) throws IOException {
        Files.createDirectories(folder.resolve("index"));
        descriptor.write(folder);
        return open(folder);
    }

    /** Opens the collection in {@code folder}. */
    static Collection open(Path folder) throws IOException {
        return new Collection(folder);
    }

    /** Whether {@code folder} holds a collection, rather than the beginnings of one that was never acknowledged. */
    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(CollectionDescriptor.FILE));
    }

    CollectionDescriptor descriptor() {
        return descriptor;
    }

    Path folder() {
        return folder;
    }

    /** Changes the descriptor, durably. Returns the number of the change. */
    long describe(UnaryOperator<CollectionDescriptor> change) {
        return inUse(() -> {
            synchronized (writing) {
                CollectionDescriptor changed = change.apply(descriptor);
                changed.write(folder);
                descriptor = changed;
                return ++sequence;
            }
        });
    }

    /** Does {@code operation} in full or not at all, and returns its number. */
    long write(PointsUpdateOperation operation) {
        return inUse(() -> {
            synchronized (writing) {
                WritePlan plan = WritePlan.of(operation, descriptor, index);
                if (plan.changesSomething()) {
                    byte[] bytes = plan.operation().toByteArray();
                    log.append(sequence + 1, bytes);
                    sequence++;
                    new WriteApplier(descriptor, index).apply(sequence, plan.operation());
                    if (log.size() > COMMIT_AT_BYTES) {
                        commit();
                    }
                } else {
                    sequence++;
                }
                plan.complain();
                return sequence;
            }
        });
    }

    /** Reads from a view that has every write acknowledged so far. */
    <T> T read(CollectionIndex.Reading<T> reading) {
        return inUse(() -> index.read(reading));
    }

    /** What is done every few seconds: commits what the log holds, if anything, and takes up merged segments. */
    void maintain() {
        inUse(() -> {
            synchronized (writing) {
                if (log.size() > 0) {
                    commit();
                }
            }
            index.refresh();
            return folder;
        });
    }

    /** Waits for what is being done, commits, and closes. */
    void close() {
        lifecycle.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            if (log.size() > 0) {
                commit();
            }
            index.close();
            log.close();
        } catch (IOException e) {
            LOG.warn("{} could not be closed; its log will be applied again", folder, e);
        } finally {
            lifecycle.writeLock().unlock();
        }
    }

    private void commit() throws IOException {
        index.commit(sequence);
        log.clear();
    }

    private <T> T inUse(Use<T> use) {
        lifecycle.readLock().lock();
        try {
            if (closed) {
                throw missing(descriptor.name());
            }
            return use.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lifecycle.readLock().unlock();
        }
    }

    static Refusal missing(String name) {
        return Refusal.notFound("Collection `" + name + "` doesn't exist!");
    }

    @FunctionalInterface
    private interface Use<T> {
        T run() throws IOException;
    }
}
