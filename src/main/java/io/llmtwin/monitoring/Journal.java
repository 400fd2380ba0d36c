package io.llmtwin.monitoring;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The prompt records on disk, oldest first, in segments of bounded size. A record that {@link #append} has taken
 * survives the death of the process (not that of the machine: it is handed to the operating system, not synced). The
 * oldest segments are deleted when the journal outgrows its bound. Thread-safe.
 */
public final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final String SUFFIX = ".journal";
    private static final Pattern SEGMENT = Pattern.compile("\\d{12}\\.journal");
    private static final int SEGMENTS = 16;

    private final Path folder;
    private final long maxSize;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private final Deque<Segment.Place> order = new ArrayDeque<>();
    private final Map<UUID, Segment.Place> byTraceId = new HashMap<>();
    private boolean closed;
    private long appended;
    private long dropped;
    private String lastError = "";

    private Journal(Path folder, long maxSize) {
        this.folder = folder;
        this.maxSize = maxSize;
    }

    /** Opens the journal in {@code folder}, which is made if need be, and keeps it below about {@code maxSize} bytes. */
    public static Journal open(Path folder, long maxSize) throws IOException {
        Files.createDirectories(folder);
        Journal journal = new Journal(folder, maxSize);
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.filter(file ->
                            SEGMENT.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            List<Segment.Place> found = new ArrayList<>();
            journal.segments.add(Segment.open(file, found));
            found.forEach(journal::index);
        }
        return journal;
    }

    /**
     * Keeps {@code content} under {@code traceId}. A record that can't be written is dropped, counted and logged; the
     * caller is never troubled.
     */
    public synchronized void append(UUID traceId, byte[] content) {
        try {
            if (closed) {
                throw new ClosedChannelException();
            }
            index(current().append(traceId, content));
            appended++;
            trim();
        } catch (IOException e) {
            drop(traceId, e);
        }
    }

    /** Counts and logs that the record of {@code traceId} could not be kept. */
    synchronized void drop(UUID traceId, Exception reason) {
        dropped++;
        lastError = reason.toString();
        LOG.error("the record of {} could not be kept in the journal: {}", traceId, reason.toString());
    }

    /** The newest {@code limit} records, newest first. */
    public List<byte[]> newest(int limit) {
        List<Segment.Place> places = new ArrayList<>();
        synchronized (this) {
            var newestFirst = order.descendingIterator();
            while (newestFirst.hasNext() && places.size() < limit) {
                places.add(newestFirst.next());
            }
        }
        List<byte[]> contents = new ArrayList<>();
        for (Segment.Place place : places) {
            read(place).ifPresent(contents::add);
        }
        return contents;
    }

    /** The record of {@code traceId}, if it is still there. */
    public Optional<byte[]> find(UUID traceId) {
        Segment.Place place;
        synchronized (this) {
            place = byTraceId.get(traceId);
        }
        return place == null ? Optional.empty() : read(place);
    }

    /** Reads without the lock, so that appending never waits for it; by then the segment may have been let go. */
    private Optional<byte[]> read(Segment.Place place) {
        try {
            return Optional.of(place.segment().content(place));
        } catch (IOException e) {
            synchronized (this) {
                if (segments.contains(place.segment())) {
                    LOG.warn("the record of {} can't be read: {}", place.traceId(), e.toString());
                }
            }
            return Optional.empty();
        }
    }

    /** How the journal stands. */
    public synchronized State state() {
        return new State(
                order.size(), segments.stream().mapToLong(Segment::size).sum(), appended, dropped, lastError);
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        for (Segment segment : segments) {
            segment.close();
        }
    }

    private Segment current() throws IOException {
        Segment last = segments.peekLast();
        if (last == null || last.size() >= maxSize / SEGMENTS) {
            last = Segment.open(folder.resolve(nextName()), new ArrayList<>());
            segments.add(last);
        }
        return last;
    }

    private String nextName() {
        Segment last = segments.peekLast();
        long number = last == null
                ? 1
                : Long.parseLong(last.file().getFileName().toString().replace(SUFFIX, "")) + 1;
        return String.format("%012d%s", number, SUFFIX);
    }

    private void trim() throws IOException {
        while (segments.size() > 1 && segments.stream().mapToLong(Segment::size).sum() > maxSize) {
            Segment oldest = segments.removeFirst();
            while (!order.isEmpty() && order.peekFirst().segment() == oldest) {
                Segment.Place gone = order.removeFirst();
                byTraceId.remove(gone.traceId(), gone);
            }
            oldest.delete();
        }
    }

    private void index(Segment.Place place) {
        order.addLast(place);
        byTraceId.put(place.traceId(), place);
    }

    /**
     * How a journal stands.
     *
     * @param records that can be read
     * @param bytes on disk
     * @param appended since it was opened
     * @param dropped since it was opened, because they could not be written
     * @param lastError of a write; empty where there was none
     */
    public record State(int records, long bytes, long appended, long dropped, String lastError) {}
}
