package io.llmtwin.monitoring;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.llmtwin.monitoring.Entry.Kind;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept of past requests: prompt records, feedback and deletions on disk, in the order in which they came, in
 * segments of bounded size. An entry that {@link #append} has taken survives the death of the process (not that of the
 * machine: it is handed to the operating system, not synced). The oldest segments are let go when the journal outgrows
 * its bound, and before anything in them is older than the retention. Thread-safe; appending never waits for a reader.
 */
public final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final String SUFFIX = ".segment";
    private static final Pattern SEGMENT = Pattern.compile("\\d{19}\\.segment");

    /** How finely the bounds are kept: a segment is at most this part of them. */
    private static final int SEGMENTS = 16;

    private static final long MAX_SEGMENT = 256L << 20;
    private static final Duration MOST_BETWEEN_LOOKS = Duration.ofMinutes(1);
    private static final Duration BETWEEN_COMPLAINTS = Duration.ofSeconds(10);

    private final Path folder;
    private final JournalSettings settings;
    private final Clock clock;
    private final List<JournalReader> readers = new CopyOnWriteArrayList<>();
    private final Map<UUID, Position> feedback = new ConcurrentHashMap<>();
    private final LongAdder damaged = new LongAdder();
    private final ScheduledExecutorService keeper =
            Executors.newSingleThreadScheduledExecutor(new ThreadFactoryBuilder()
                    .setNameFormat("journal-keeper")
                    .setDaemon(true)
                    .build());

    /** Oldest first. Replaced as a whole, so that it can be read without the lock. */
    private volatile List<Segment> segments = List.of();

    private boolean closed;
    private long appended;
    private long dropped;
    private long lost;
    private String lastError = "";
    private Instant lastComplaint = Instant.MIN;

    private Journal(Path folder, JournalSettings settings, Clock clock) {
        this.folder = folder;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Opens the journal in {@code folder}, which is made if need be. Damaged entries are skipped and counted, and what a
     * deletion left behind when the process died is blanked.
     *
     * @throws IOException if the folder or a segment in it can't be read
     */
    public static Journal open(Path folder, JournalSettings settings, Clock clock) throws IOException {
        Files.createDirectories(folder);
        Journal journal = new Journal(folder, settings, clock);
        try {
            journal.load();
        } catch (IOException | RuntimeException e) {
            journal.keeper.shutdownNow();
            throw e;
        }
        long period =
                Math.min(MOST_BETWEEN_LOOKS.toMillis(), settings.retention().toMillis() / SEGMENTS);
        ScheduledFuture<?> unused =
                journal.keeper.scheduleWithFixedDelay(journal::trim, 0, Math.max(1, period), TimeUnit.MILLISECONDS);
        return journal;
    }

    private void load() throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.filter(file ->
                            SEGMENT.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
        List<Segment> opened = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            long next = i + 1 < files.size() ? number(files.get(i + 1)) : Segment.LAST;
            opened.add(Segment.open(files.get(i), number(files.get(i)), next, damaged));
        }
        segments = List.copyOf(opened);
        Set<UUID> deleted = new HashSet<>();
        for (Segment segment : opened) {
            SegmentIndex index = segment.index();
            for (int row = 0; row < index.size(); row++) {
                if (index.kind(row) == Kind.DELETION.code()) {
                    deleted.add(index.traceId(row));
                } else if (index.kind(row) == Kind.FEEDBACK.code()) {
                    feedback.put(index.traceId(row), new Position(segment.base() + row));
                }
            }
        }
        if (!deleted.isEmpty()) {
            blank(deleted);
        }
        if (damaged.sum() > 0) {
            LOG.warn("{} entries of the journal are damaged and will be skipped", damaged.sum());
        }
    }

    /**
     * Appends an entry of now. One that can't be written is dropped, counted and logged; nothing is thrown.
     *
     * @param content in JSON, as UTF-8
     * @return whether it is kept
     */
    public boolean append(Kind kind, UUID traceId, byte[] content) {
        try {
            put(kind, traceId, content);
            return true;
        } catch (IOException e) {
            drop(traceId, e);
            return false;
        }
    }

    /** Appends an entry, and returns the segment that it is in. */
    private synchronized Segment put(Kind kind, UUID traceId, byte[] content) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        Instant now = clock.instant();
        Segment segment = current(now);
        int row = segment.append(kind, traceId, now, content);
        if (kind == Kind.FEEDBACK) {
            feedback.put(traceId, new Position(segment.base() + row));
        }
        appended++;
        return segment;
    }

    /** Counts, and now and then logs, that an entry of {@code traceId} could not be kept. */
    synchronized void drop(UUID traceId, Exception reason) {
        dropped++;
        lastError = reason.toString();
        Instant now = clock.instant();
        if (lastComplaint.plus(BETWEEN_COMPLAINTS).isBefore(now)) {
            lastComplaint = now;
            LOG.error(
                    "the record of {} could not be kept in the journal, {} by now: {}",
                    traceId,
                    dropped,
                    reason.toString());
        }
    }

    /**
     * Reads in order.
     *
     * @param after the last entry that is not wanted
     * @param maxEntries at least 1
     * @param maxBytes of contents; the first entry comes even if it is larger
     * @throws IOException if the journal can't be read
     */
    public Batch read(Position after, int maxEntries, long maxBytes) throws IOException {
        List<Segment> all = segments;
        long next = after.number() + 1;
        long skipped = all.isEmpty() ? 0 : Math.max(0, all.get(0).base() - next);
        next += skipped;
        List<Entry> entries = new ArrayList<>();
        long bytes = 0;
        for (Segment segment : all) {
            if (segment.end() <= next) {
                continue;
            }
            try (RandomAccessFile in = segment.reading()) {
                for (next = Math.max(next, segment.base()); next < segment.end(); next++) {
                    if (entries.size() >= maxEntries) {
                        return new Batch(entries, new Position(next - 1), skipped);
                    }
                    Optional<Entry> entry = segment.entry(in, (int) (next - segment.base()));
                    if (entry.isPresent()) {
                        bytes += entry.get().content().length;
                        if (bytes > maxBytes && !entries.isEmpty()) {
                            return new Batch(entries, new Position(next - 1), skipped);
                        }
                        entries.add(entry.get());
                    }
                }
            } catch (FileNotFoundException e) {
                if (segments.contains(segment)) {
                    throw e;
                }
                return read(after, maxEntries, maxBytes);
            }
        }
        return new Batch(entries, new Position(next - 1), skipped);
    }

    /** The newest entry of that kind before {@code position}, if there is one. */
    public Optional<Entry> before(Position position, Kind kind) throws IOException {
        List<Segment> all = segments;
        for (int i = all.size() - 1; i >= 0; i--) {
            Segment segment = all.get(i);
            int below = (int) Math.max(0, Math.min(Integer.MAX_VALUE, position.number() - segment.base()));
            int row = segment.index().lastOf(kind.code(), below);
            while (row >= 0) {
                Optional<Entry> entry = entry(segment, row);
                if (entry.isPresent()) {
                    return entry;
                }
                row = segment.index().lastOf(kind.code(), row);
            }
        }
        return Optional.empty();
    }

    /** The newest prompt record of {@code traceId}, if it is still there. */
    public Optional<Entry> find(UUID traceId) throws IOException {
        List<Segment> all = segments;
        for (int i = all.size() - 1; i >= 0; i--) {
            Segment segment = all.get(i);
            int row = segment.index().lastOf(Kind.PROMPT.code(), traceId, Integer.MAX_VALUE);
            if (row >= 0) {
                return entry(segment, row);
            }
        }
        return Optional.empty();
    }

    /** The newest feedback on {@code traceId}, if there is any. */
    public Optional<Entry> feedback(UUID traceId) throws IOException {
        Position position = feedback.get(traceId);
        if (position == null) {
            return Optional.empty();
        }
        for (Segment segment : segments) {
            if (segment.base() <= position.number() && position.number() < segment.end()) {
                return entry(segment, (int) (position.number() - segment.base()));
            }
        }
        return Optional.empty();
    }

    private Optional<Entry> entry(Segment segment, int row) throws IOException {
        try (RandomAccessFile in = segment.reading()) {
            return segment.entry(in, row);
        } catch (FileNotFoundException e) {
            if (segments.contains(segment)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /**
     * Deletes all that is kept of {@code traceId}: it is overwritten on disk, and a deletion is appended for the readers.
     *
     * @return whether there was anything
     * @throws IOException if it can't be deleted; the record may then still be there, and the call can be repeated
     */
    public boolean delete(UUID traceId) throws IOException {
        if (find(traceId).isEmpty()) {
            return false;
        }
        put(Kind.DELETION, traceId, new byte[0]).sync();
        blank(Set.of(traceId));
        feedback.remove(traceId);
        return true;
    }

    private void blank(Set<UUID> traceIds) throws IOException {
        for (Segment segment : segments) {
            SegmentIndex index = segment.index();
            for (int row = 0; row < index.size(); row++) {
                byte kind = index.kind(row);
                boolean holdsText = kind != SegmentIndex.BLANK && kind != Kind.DELETION.code();
                if (holdsText && index.length(row) > 0 && traceIds.contains(index.traceId(row))) {
                    segment.blank(row);
                }
            }
        }
    }

    /**
     * Registers a reader that wants everything after {@code after}. An entry that comes from now on is after that position
     * even if the journal was emptied by hand in between.
     *
     * @throws IOException if the journal can't be written
     */
    public synchronized JournalReader reader(String name, Position after) throws IOException {
        JournalReader reader = new JournalReader(name, this, after);
        long next = after.number() + 1;
        if (next > end().number() + 1) {
            begin(next);
        }
        Position oldest = oldest();
        if (after.compareTo(oldest) < 0 && !after.equals(Position.START)) {
            lose(reader, oldest.number() - after.number(), oldest);
        }
        readers.add(reader);
        return reader;
    }

    void forget(JournalReader reader) {
        readers.remove(reader);
    }

    /** Everything that is left comes after this position. */
    public Position oldest() {
        List<Segment> all = segments;
        return all.isEmpty() ? Position.START : new Position(all.get(0).base() - 1);
    }

    /** Of the newest entry: whatever is appended from now on comes after this position. */
    public Position end() {
        List<Segment> all = segments;
        return all.isEmpty()
                ? Position.START
                : new Position(all.get(all.size() - 1).end() - 1);
    }

    /** How many entries that can be read come after {@code position}. */
    long countAfter(Position position) {
        return segments.stream()
                .mapToLong(segment -> segment.index().readable(from(segment, position)))
                .sum();
    }

    /** The row of {@code segment} that comes first after {@code position}. */
    private static int from(Segment segment, Position position) {
        return (int) Math.max(0, Math.min(segment.index().size(), position.number() + 1 - segment.base()));
    }

    /** For each registered reader, how many entries it still has to deal with. */
    public Map<String, Long> behind() {
        Map<String, Long> behind = new TreeMap<>();
        readers.forEach(reader -> behind.merge(reader.name(), reader.behind(), Long::sum));
        return behind;
    }

    /** How the journal stands. */
    public synchronized State state() {
        List<Segment> all = segments;
        return new State(
                all.stream().mapToLong(segment -> segment.index().readable()).sum(),
                all.stream().mapToLong(Segment::size).sum(),
                all.stream()
                        .map(Segment::firstTime)
                        .filter(time -> time != null)
                        .findFirst()
                        .orElse(null),
                appended,
                dropped,
                damaged.sum(),
                lost,
                lastError);
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            for (Segment segment : segments) {
                segment.close();
            }
        }
        keeper.shutdown();
        try {
            if (!keeper.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("segments of the journal were still being deleted");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The segment that an entry of {@code now} goes to. */
    private Segment current(Instant now) throws IOException {
        if (segments.isEmpty()) {
            return begin(1);
        }
        Segment last = segments.get(segments.size() - 1);
        Instant first = last.firstTime();
        boolean isOld = first != null
                && first.plus(settings.retention().dividedBy(SEGMENTS)).isBefore(now);
        boolean isFull = last.size() >= Math.min(MAX_SEGMENT, settings.maxSize().toBytes() / SEGMENTS);
        return isOld || isFull ? begin(last.end()) : last;
    }

    private Segment begin(long base) throws IOException {
        Segment begun = create(base);
        List<Segment> all = new ArrayList<>(segments);
        if (!all.isEmpty()) {
            all.get(all.size() - 1).close();
        }
        all.add(begun);
        segments = List.copyOf(all);
        keeper.execute(this::trim);
        return begun;
    }

    private Segment create(long base) throws IOException {
        return Segment.create(folder.resolve(String.format("%019d%s", base, SUFFIX)), base, damaged);
    }

    private static long number(Path file) {
        return Long.parseLong(file.getFileName().toString().replace(SUFFIX, ""));
    }

    /** Lets go what is too much or too old. Runs beside the appends, since deleting a large file takes its time. */
    private void trim() {
        try {
            for (Segment segment : letGo()) {
                segment.delete();
            }
            long oldest = oldest().number();
            feedback.values().removeIf(position -> position.number() <= oldest);
        } catch (IOException | RuntimeException e) {
            LOG.error("old records can't be deleted from the journal", e);
        }
    }

    private synchronized List<Segment> letGo() throws IOException {
        if (closed) {
            return List.of();
        }
        Instant bound = clock.instant().minus(settings.retention());
        List<Segment> kept = new ArrayList<>(segments);
        List<Segment> gone = new ArrayList<>();
        long bytes = kept.stream().mapToLong(Segment::size).sum();
        while (!kept.isEmpty()) {
            Segment first = kept.get(0);
            Instant time = first.firstTime();
            boolean isTooOld = time != null && time.isBefore(bound);
            boolean isTooMuch = kept.size() > 1 && bytes > settings.maxSize().toBytes();
            if (!isTooOld && !isTooMuch) {
                break;
            }
            if (kept.size() == 1) {
                kept.add(create(first.end()));
            }
            bytes -= first.size();
            gone.add(kept.remove(0));
            Position end = new Position(first.end() - 1);
            for (JournalReader reader : readers) {
                lose(reader, first.index().readable(from(first, reader.position())), end);
            }
        }
        segments = List.copyOf(kept);
        for (Segment segment : gone) {
            segment.close();
        }
        return gone;
    }

    private void lose(JournalReader reader, long entries, Position to) {
        reader.loses(entries, to);
        if (entries > 0) {
            lost += entries;
            LOG.warn("{} entries of the journal were let go before {} had read them", entries, reader.name());
        }
    }

    /**
     * How a journal stands.
     *
     * @param entries that can be read
     * @param bytes on disk
     * @param oldest when the oldest entry was appended; null where there is none
     * @param appended since it was opened
     * @param dropped since it was opened, because they could not be written
     * @param damaged found since it was opened, and skipped
     * @param lost since it was opened: let go before a registered reader had them, counted for each reader
     * @param lastError of a write; empty where there was none
     */
    public record State(
            long entries,
            long bytes,
            @Nullable Instant oldest,
            long appended,
            long dropped,
            long damaged,
            long lost,
            String lastError) {}
}
