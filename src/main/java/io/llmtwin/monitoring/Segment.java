package io.llmtwin.monitoring;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file of the journal: records one after the other, each as
 *
 * <pre>
 * int   length of the content in bytes
 * int   CRC-32C over the trace id and the content
 * long  trace id, high half
 * long  trace id, low half
 * byte… content
 * </pre>
 *
 * big-endian. What follows the last whole record is the remains of a write that a crash cut short, and is cut off when
 * the file is opened.
 */
final class Segment implements Closeable {
    static final int HEADER = 24;
    private static final int MAX_CONTENT = 64 << 20;

    private final Path file;
    private FileChannel channel;
    private boolean released;
    private long size;

    private Segment(Path file, FileChannel channel, long size) {
        this.file = file;
        this.channel = channel;
        this.size = size;
    }

    /** Opens {@code file}, new or not, and adds the places of its records to {@code found}. */
    static Segment open(Path file, List<Place> found) throws IOException {
        FileChannel channel = channel(file);
        Segment segment = new Segment(file, channel, 0);
        long length = channel.size();
        List<Place> places = new ArrayList<>();
        while (segment.size < length) {
            Place place = segment.placeAt(segment.size, length);
            if (place == null) {
                channel.truncate(segment.size);
                break;
            }
            places.add(place);
            segment.size += HEADER + place.length();
        }
        found.addAll(places);
        return segment;
    }

    /** Where the record at {@code position} lies, or null if it is not whole. */
    private @Nullable Place placeAt(long position, long length) throws IOException {
        if (length - position < HEADER) {
            return null;
        }
        ByteBuffer header = read(position, HEADER);
        int content = header.getInt();
        int checksum = header.getInt();
        UUID traceId = new UUID(header.getLong(), header.getLong());
        if (content < 0 || content > MAX_CONTENT || length - position - HEADER < content) {
            return null;
        }
        boolean last = position + HEADER + content == length;
        if (last && checksum(traceId, read(position + HEADER, content).array()) != checksum) {
            return null;
        }
        return new Place(this, position, content, traceId);
    }

    synchronized Place append(UUID traceId, byte[] content) throws IOException {
        if (content.length > MAX_CONTENT) {
            throw new IOException("a record of " + content.length + " bytes is too large for the journal");
        }
        ByteBuffer record = ByteBuffer.allocate(HEADER + content.length)
                .putInt(content.length)
                .putInt(checksum(traceId, content))
                .putLong(traceId.getMostSignificantBits())
                .putLong(traceId.getLeastSignificantBits())
                .put(content)
                .flip();
        long position = size;
        try {
            while (record.hasRemaining()) {
                channel().write(record, position + record.position());
            }
        } catch (IOException e) {
            if (channel.isOpen()) {
                channel.truncate(position);
            }
            throw e;
        }
        size += HEADER + content.length;
        return new Place(this, position, content.length, traceId);
    }

    /** The content of the record at {@code place}, which its checksum has confirmed. */
    byte[] content(Place place) throws IOException {
        ByteBuffer header = read(place.position(), HEADER);
        byte[] content = read(place.position() + HEADER, place.length()).array();
        if (header.getInt(4) != checksum(place.traceId(), content)) {
            throw new IOException("the record at " + place.position() + " of " + file.getFileName() + " is damaged");
        }
        return content;
    }

    synchronized long size() {
        return size;
    }

    Path file() {
        return file;
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(file);
    }

    @Override
    public synchronized void close() throws IOException {
        released = true;
        channel.close();
    }

    /** The open channel: one closes when a thread is interrupted in it, and what it wrote in part is cut off then. */
    private synchronized FileChannel channel() throws IOException {
        if (!channel.isOpen() && !released) {
            channel = channel(file);
            channel.truncate(size);
        }
        return channel;
    }

    private static FileChannel channel(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }

    private ByteBuffer read(long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel().read(buffer, position + buffer.position()) < 0) {
                throw new EOFException(file.getFileName() + " ends inside a record");
            }
        }
        return buffer.flip();
    }

    private static int checksum(UUID traceId, byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(16)
                .putLong(traceId.getMostSignificantBits())
                .putLong(traceId.getLeastSignificantBits())
                .flip());
        crc.update(content);
        return (int) crc.getValue();
    }

    /** Where a record lies. */
    record Place(Segment segment, long position, int length, UUID traceId) {}
}
