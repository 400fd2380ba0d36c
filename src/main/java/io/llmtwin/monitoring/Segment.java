package io.llmtwin.monitoring;

import io.llmtwin.monitoring.Entry.Kind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of the journal: entries one after the other, each as
 *
 * <pre>
 * int   0x4C54574A, which says that an entry begins
 * int   CRC-32C over the rest of the header
 * int   length of the content in bytes
 * int   CRC-32C over the content
 * byte  kind; 0 for an entry that was blanked
 * long  number
 * long  time in milliseconds since 1970
 * long  trace id, high half
 * long  trace id, low half
 * byte… content
 * </pre>
 *
 * big-endian. Entries are numbered without gaps. One that is damaged is skipped: by its length where its header is whole,
 * else up to the next header that is. What follows the last whole entry of the last segment is the remains of a write
 * that a crash cut short, and is cut off when the file is opened.
 *
 * <p>One thread at a time appends; any number read, each on a file handle of its own. Files are not read and written as
 * channels, because those close under every thread when one is interrupted.
 */
final class Segment {
    static final int HEADER = 49;

    /** The largest content, and the smallest size of a segment by which an entry's offset still fits into an int. */
    static final int MAX_CONTENT = 64 << 20;

    /** In place of the number of a next segment that there isn't. */
    static final long LAST = -1;

    private static final int MAGIC = 0x4C54574A;
    private static final int TIME = 25;
    private static final long NONE_YET = Long.MAX_VALUE;
    private static final UUID NO_TRACE = new UUID(0, 0);

    private final Path file;
    private final long base;
    private final SegmentIndex index = new SegmentIndex();
    private final LongAdder damaged;
    private @Nullable RandomAccessFile writing;
    private volatile long size;
    private volatile long firstTime = NONE_YET;

    private Segment(Path file, long base, LongAdder damaged) {
        this.file = file;
        this.base = base;
        this.damaged = damaged;
    }

    /**
     * A new segment in {@code file}, whose first entry will have the number {@code base}.
     *
     * @param damaged counts the entries that can't be read any more
     */
    static Segment create(Path file, long base, LongAdder damaged) throws IOException {
        Segment segment = new Segment(file, base, damaged);
        segment.writing();
        return segment;
    }

    /**
     * Opens {@code file}, whose first entry has the number {@code base}, and checks every entry of it.
     *
     * @param next number of the next segment's first entry; {@link #LAST} where there is no next segment, so that what is
     *     torn at the end can be cut off
     */
    static Segment open(Path file, long base, long next, LongAdder damaged) throws IOException {
        Segment segment = new Segment(file, base, damaged);
        boolean isLast = next == LAST;
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), isLast ? "rw" : "r")) {
            segment.scan(in, isLast);
            if (isLast && segment.size < in.length()) {
                in.setLength(segment.size);
                // a number is never used twice, and a reader may have had this one
                segment.damaged(segment.size, 0, NO_TRACE);
            }
        }
        if (!isLast) {
            damaged.add(next - segment.end());
        }
        return segment;
    }

    private void scan(RandomAccessFile in, boolean isLast) throws IOException {
        long length = in.length();
        long at = 0;
        while (at < length) {
            Header header = headerAt(in, at, length);
            if (header == null) {
                at = nextHeader(in, at + 1, length);
                continue;
            }
            while (end() < header.number) {
                damaged(at, 0, NO_TRACE);
            }
            long end = at + HEADER + header.length;
            boolean blank = header.kind == SegmentIndex.BLANK;
            boolean whole = blank
                    || (Kind.of(header.kind) != null
                            && checksum(read(in, at + HEADER, header.length)) == header.contentChecksum);
            if (whole) {
                index.add(header.kind, at, header.length, header.traceId);
            } else if (isLast && end == length) {
                return;
            } else {
                damaged(at, header.length, header.traceId);
            }
            note(header.time);
            at = end;
            size = end;
        }
        if (!isLast) {
            size = length;
        }
    }

    private void damaged(long at, int length, UUID traceId) {
        index.add(SegmentIndex.DAMAGED, at, length, traceId);
        damaged.increment();
    }

    /** Where the next whole header begins, or {@code length} where none does. */
    private long nextHeader(RandomAccessFile in, long from, long length) throws IOException {
        byte[] block = new byte[1 << 16];
        for (long at = from; at + HEADER <= length; at += block.length - 3) {
            int read = (int) Math.min(block.length, length - at);
            in.seek(at);
            in.readFully(block, 0, read);
            ByteBuffer bytes = ByteBuffer.wrap(block, 0, read);
            for (int i = 0; i + 4 <= read; i++) {
                if (bytes.getInt(i) == MAGIC && headerAt(in, at + i, length) != null) {
                    return at + i;
                }
            }
        }
        return length;
    }

    /** The header at {@code at} if it is whole and could be the next one, else null. */
    private @Nullable Header headerAt(RandomAccessFile in, long at, long length) throws IOException {
        if (length - at < HEADER) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.wrap(read(in, at, HEADER));
        if (bytes.getInt() != MAGIC || bytes.getInt() != headerChecksum(bytes.array())) {
            return null;
        }
        Header header = new Header(
                bytes.getInt(),
                bytes.getInt(),
                bytes.get(),
                bytes.getLong(),
                bytes.getLong(),
                new UUID(bytes.getLong(), bytes.getLong()));
        boolean fits = header.length >= 0 && header.length <= length - at - HEADER;
        return fits && header.number >= end() ? header : null;
    }

    /** Appends an entry and returns its row. What could be written of one that fails is cut off again. */
    int append(Kind kind, UUID traceId, Instant time, byte[] content) throws IOException {
        if (content.length > MAX_CONTENT) {
            throw new IOException("an entry of " + content.length + " bytes is too large for the journal");
        }
        RandomAccessFile out = writing();
        long at = size;
        byte[] bytes = ByteBuffer.allocate(HEADER + content.length)
                .put(header(kind.code(), end(), time.toEpochMilli(), traceId, content.length, content))
                .put(content)
                .array();
        try {
            out.seek(at);
            out.write(bytes);
        } catch (IOException e) {
            cutOff(out, at, e);
            throw e;
        }
        size = at + bytes.length;
        note(time.toEpochMilli());
        return index.add(kind.code(), at, content.length, traceId);
    }

    private static void cutOff(RandomAccessFile out, long at, IOException reason) {
        try {
            out.setLength(at);
        } catch (IOException e) {
            // the next append writes over it, and a scan skips it
            reason.addSuppressed(e);
        }
    }

    /**
     * The entry in {@code row}, or empty where it is blank or damaged.
     *
     * @throws IOException if the file can't be read
     */
    Optional<Entry> entry(RandomAccessFile in, int row) throws IOException {
        byte code = index.kind(row);
        if (code <= SegmentIndex.BLANK) {
            return Optional.empty();
        }
        int length = index.length(row);
        byte[] bytes = read(in, index.offset(row), HEADER + length);
        ByteBuffer header = ByteBuffer.wrap(bytes);
        byte[] content = Arrays.copyOfRange(bytes, HEADER, bytes.length);
        boolean whole = header.getInt(4) == headerChecksum(bytes) && header.getInt(12) == checksum(content);
        if (!whole) {
            // unless it was blanked while it was read
            if (index.kind(row) == code) {
                index.mark(row, SegmentIndex.DAMAGED);
                damaged.increment();
            }
            return Optional.empty();
        }
        Kind kind = Objects.requireNonNull(Kind.of(code));
        Instant time = Instant.ofEpochMilli(header.getLong(TIME));
        return Optional.of(new Entry(new Position(base + row), kind, index.traceId(row), time, content));
    }

    /** Overwrites the content of the entry in {@code row} with zeros, down to the disk. */
    void blank(int row) throws IOException {
        index.mark(row, SegmentIndex.BLANK);
        int length = index.length(row);
        long at = index.offset(row);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(at + TIME);
            long time = out.readLong();
            // the content first: a crash in between leaves an entry that is found damaged, and is blanked again
            out.seek(at + HEADER);
            out.write(new byte[length]);
            out.seek(at);
            out.write(header(SegmentIndex.BLANK, base + row, time, index.traceId(row), length, new byte[0]));
            out.getFD().sync();
        }
    }

    /** Has the operating system write what was appended down to the disk. */
    void sync() throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.getFD().sync();
        }
    }

    RandomAccessFile reading() throws IOException {
        return new RandomAccessFile(file.toFile(), "r");
    }

    SegmentIndex index() {
        return index;
    }

    /** Number of the first entry. */
    long base() {
        return base;
    }

    /** Number that the next entry gets. */
    long end() {
        return base + index.size();
    }

    long size() {
        return size;
    }

    /** When the first entry was appended, or null where there is none. */
    @Nullable
    Instant firstTime() {
        return firstTime == NONE_YET ? null : Instant.ofEpochMilli(firstTime);
    }

    Path file() {
        return file;
    }

    /** Ends the writing; reading goes on. */
    void close() throws IOException {
        if (writing != null) {
            writing.close();
            writing = null;
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }

    private RandomAccessFile writing() throws IOException {
        if (writing == null) {
            writing = new RandomAccessFile(file.toFile(), "rw");
        }
        return writing;
    }

    private void note(long time) {
        firstTime = Math.min(firstTime, time);
    }

    private static byte[] read(RandomAccessFile in, long at, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.seek(at);
        in.readFully(bytes);
        return bytes;
    }

    private static byte[] header(byte kind, long number, long time, UUID traceId, int length, byte[] content) {
        ByteBuffer header = ByteBuffer.allocate(HEADER)
                .putInt(MAGIC)
                .putInt(0)
                .putInt(length)
                .putInt(checksum(content))
                .put(kind)
                .putLong(number)
                .putLong(time)
                .putLong(traceId.getMostSignificantBits())
                .putLong(traceId.getLeastSignificantBits());
        return header.putInt(4, headerChecksum(header.array())).array();
    }

    private static int headerChecksum(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 8, HEADER - 8);
        return (int) crc.getValue();
    }

    private static int checksum(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return (int) crc.getValue();
    }

    private record Header(int length, int contentChecksum, byte kind, long number, long time, UUID traceId) {}
}
