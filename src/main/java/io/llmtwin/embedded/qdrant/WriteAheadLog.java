package io.llmtwin.embedded.qdrant;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes that are acknowledged and may not be in the index's last commit. A file of records: length, CRC32C of what
 * follows, sequence number, bytes; integers are big-endian. A record is with the operating system when {@link #append}
 * returns, so it survives the death of the process by any signal; it is not forced to the disk, so a power cut can lose
 * what came after the last commit. A record that is cut off or damaged ends the log: it and what follows is dropped.
 */
final class WriteAheadLog implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(WriteAheadLog.class);
    private static final int HEADER = Integer.BYTES + Integer.BYTES + Long.BYTES;

    private final Path file;
    private final FileChannel channel;

    /** What is done with a record when the log is read again. */
    @FunctionalInterface
    interface Replay {
        void record(long sequence, byte[] bytes) throws IOException;
    }

    private WriteAheadLog(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens the log in {@code file}, hands its records to {@code replay} in order, and cuts off a torn tail. */
    static WriteAheadLog open(Path file, Replay replay) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        WriteAheadLog log = new WriteAheadLog(file, channel);
        try {
            log.replay(replay);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return log;
    }

    /** Appends a record; on failure the log is as it was. */
    void append(long sequence, byte[] bytes) throws IOException {
        ByteBuffer body = ByteBuffer.allocate(HEADER + bytes.length);
        body.position(Integer.BYTES + Integer.BYTES);
        body.putLong(sequence).put(bytes);
        body.putInt(0, bytes.length).putInt(Integer.BYTES, checksum(body));
        body.flip();
        long end = channel.position();
        try {
            while (body.hasRemaining()) {
                channel.write(body);
            }
        } catch (IOException e) {
            channel.truncate(end);
            throw e;
        }
    }

    /** Bytes in the log. */
    long size() throws IOException {
        return channel.position();
    }

    /** Empties the log, once the index has committed all of it. */
    void clear() throws IOException {
        channel.truncate(0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void replay(Replay replay) throws IOException {
        long end = 0;
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        while (end < channel.size()) {
            ByteBuffer record = record(end, header);
            if (record == null) {
                LOG.warn(
                        "{}: {} bytes after {} are not a whole record and are dropped",
                        file,
                        channel.size() - end,
                        end);
                channel.truncate(end);
                break;
            }
            byte[] bytes = new byte[record.capacity() - HEADER];
            record.get(HEADER, bytes);
            replay.record(record.getLong(Integer.BYTES + Integer.BYTES), bytes);
            end += record.capacity();
        }
        channel.position(end);
    }

    private @Nullable ByteBuffer record(long start, ByteBuffer header) throws IOException {
        long left = channel.size() - start;
        if (left < HEADER) {
            return null;
        }
        read(header.clear(), start);
        int length = header.getInt(0);
        if (length < 0 || length > left - HEADER) {
            return null;
        }
        ByteBuffer record = ByteBuffer.allocate(HEADER + length);
        read(record, start);
        return record.getInt(Integer.BYTES) == checksum(record) ? record : null;
    }

    private void read(ByteBuffer buffer, long start) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, start + buffer.position()) < 0) {
                throw new EOFException(file + " ended while it was read");
            }
        }
    }

    private static int checksum(ByteBuffer record) {
        CRC32C crc = new CRC32C();
        crc.update(record.duplicate().clear().position(Integer.BYTES + Integer.BYTES));
        return (int) crc.getValue();
    }
}
