package io.llmtwin.pipeline;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The revisions that run: those that are needed all the time, and a few more that were asked for last. One that has to go
 * is retired, and ends when the last request has left it. Thread-safe.
 */
final class RevisionPool {
    /** How many run that nobody needs all the time. */
    private static final int MOST_SPARE = 4;

    private final ReentrantLock lock = new ReentrantLock();

    /** The one that was asked for last comes last. */
    private final Map<String, Revision> running = new LinkedHashMap<>(16, 0.75f, true);

    private Set<String> needed = Set.of();

    /** The revision named {@code id}, if it runs, entered for a request. */
    @Nullable
    Revision enter(String id) {
        lock.lock();
        try {
            Revision revision = running.get(id);
            return revision != null && revision.enter() ? revision : null;
        } finally {
            lock.unlock();
        }
    }

    /** The revision named {@code id}, entered for a request; {@code start} is asked for it if it doesn't run. */
    Revision enter(String id, Start start) throws RejectedPipelineException {
        lock.lock();
        try {
            Revision revision = running.get(id);
            if (revision == null || !revision.enter()) {
                revision = start.start();
                revision.enter();
                add(revision);
            }
            return revision;
        } finally {
            lock.unlock();
        }
    }

    /** Takes {@code revision} in; one of the same name that runs already is retired. */
    void add(Revision revision) {
        lock.lock();
        try {
            Revision before = running.put(revision.id(), revision);
            if (before != null && before != revision) {
                before.retire();
            }
            retireSpare();
        } finally {
            lock.unlock();
        }
    }

    /** From now on those named {@code ids} stay up whoever asks for others. */
    void need(Set<String> ids) {
        lock.lock();
        try {
            needed = Set.copyOf(ids);
            retireSpare();
        } finally {
            lock.unlock();
        }
    }

    /** Retires the revision named {@code id}, if it runs. */
    void retire(String id) {
        lock.lock();
        try {
            Revision revision = running.remove(id);
            if (revision != null) {
                revision.retire();
            }
        } finally {
            lock.unlock();
        }
    }

    void retireAll() {
        lock.lock();
        try {
            running.values().forEach(Revision::retire);
            running.clear();
        } finally {
            lock.unlock();
        }
    }

    /** How many requests are in the revision named {@code id}; null if it doesn't run. */
    @Nullable
    Integer requests(String id) {
        lock.lock();
        try {
            for (Revision revision : running.values()) {
                if (revision.id().equals(id)) {
                    return revision.requests();
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void retireSpare() {
        long spare =
                running.keySet().stream().filter(id -> !needed.contains(id)).count();
        for (Iterator<Revision> oldest = running.values().iterator(); spare > MOST_SPARE && oldest.hasNext(); ) {
            Revision revision = oldest.next();
            if (!needed.contains(revision.id())) {
                oldest.remove();
                revision.retire();
                spare--;
            }
        }
    }

    /** Starts a revision that doesn't run. */
    @FunctionalInterface
    interface Start {
        Revision start() throws RejectedPipelineException;
    }
}
