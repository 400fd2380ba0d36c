package io.llmtwin.monitoring;

import java.util.Arrays;
import java.util.UUID;

/**
 * Where the entries of one segment lie, and what they are: in arrays of primitives, 25 bytes an entry, since a journal
 * may hold millions. Rows are counted from 0. Thread-safe; reading takes no lock, so that no append waits for it.
 */
final class SegmentIndex {
    /** Kind of an entry of which only the place is left. */
    static final byte BLANK = 0;

    /** Kind of an entry that its checksum has refused. */
    static final byte DAMAGED = -1;

    private volatile Rows rows = new Rows(64);

    private volatile int readable;

    /** Written after what it makes visible. */
    private volatile int size;

    synchronized int add(byte kind, long offset, int length, UUID traceId) {
        int row = size;
        if (row == rows.kinds.length) {
            rows = rows.grown();
        }
        Rows last = rows;
        last.kinds[row] = kind;
        last.offsets[row] = Math.toIntExact(offset);
        last.lengths[row] = length;
        last.ids[2 * row] = traceId.getMostSignificantBits();
        last.ids[2 * row + 1] = traceId.getLeastSignificantBits();
        readable += kind > BLANK ? 1 : 0;
        size = row + 1;
        return row;
    }

    /** Changes the kind of {@code row}. */
    synchronized void mark(int row, byte kind) {
        Rows all = rows;
        int before = size;
        readable += (kind > BLANK ? 1 : 0) - (all.kinds[row] > BLANK ? 1 : 0);
        all.kinds[row] = kind;
        size = before;
    }

    int size() {
        return size;
    }

    /** How many rows have something to read. */
    int readable() {
        return readable;
    }

    byte kind(int row) {
        return upTo(row).kinds[row];
    }

    long offset(int row) {
        return upTo(row).offsets[row];
    }

    int length(int row) {
        return upTo(row).lengths[row];
    }

    UUID traceId(int row) {
        Rows all = upTo(row);
        return new UUID(all.ids[2 * row], all.ids[2 * row + 1]);
    }

    /** The last row before {@code below} of that kind and trace, or -1. */
    int lastOf(byte kind, UUID traceId, int below) {
        int last = Math.min(below, size) - 1;
        Rows all = rows;
        long high = traceId.getMostSignificantBits();
        long low = traceId.getLeastSignificantBits();
        for (int row = last; row >= 0; row--) {
            if (all.ids[2 * row + 1] == low && all.ids[2 * row] == high && all.kinds[row] == kind) {
                return row;
            }
        }
        return -1;
    }

    /** The last row before {@code below} of that kind, or -1. */
    int lastOf(byte kind, int below) {
        int last = Math.min(below, size) - 1;
        Rows all = rows;
        for (int row = last; row >= 0; row--) {
            if (all.kinds[row] == kind) {
                return row;
            }
        }
        return -1;
    }

    /** How many rows have something to read, from row {@code from} on. */
    int readable(int from) {
        int below = size;
        Rows all = rows;
        int readable = 0;
        for (int row = Math.max(0, from); row < below; row++) {
            if (all.kinds[row] > BLANK) {
                readable++;
            }
        }
        return readable;
    }

    private Rows upTo(int row) {
        if (row >= size) {
            throw new IndexOutOfBoundsException(row);
        }
        return rows;
    }

    private static final class Rows {
        final byte[] kinds;
        final int[] offsets;
        final int[] lengths;
        final long[] ids;

        Rows(int capacity) {
            this(new byte[capacity], new int[capacity], new int[capacity], new long[2 * capacity]);
        }

        private Rows(byte[] kinds, int[] offsets, int[] lengths, long[] ids) {
            this.kinds = kinds;
            this.offsets = offsets;
            this.lengths = lengths;
            this.ids = ids;
        }

        Rows grown() {
            int more = kinds.length + kinds.length / 2;
            return new Rows(
                    Arrays.copyOf(kinds, more),
                    Arrays.copyOf(offsets, more),
                    Arrays.copyOf(lengths, more),
                    Arrays.copyOf(ids, 2 * more));
        }
    }
}
