package io.llmtwin.monitoring;

/**
 * A place in the journal: the number of an entry, counted from 1 since the journal was first made and never used twice.
 * The text that {@link #toString()} gives is read by {@link #parse}, and stays valid across restarts.
 *
 * @param number of the entry; 0 is before the first
 */
public record Position(long number) implements Comparable<Position> {
    /** Before the first entry. */
    public static final Position START = new Position(0);

    /** After whatever is there, and whatever will be. */
    public static final Position END = new Position(Long.MAX_VALUE);

    public Position {
        if (number < 0) {
            throw new IllegalArgumentException("a position is not negative, but was " + number);
        }
    }

    /**
     * The position that {@code text} names.
     *
     * @throws IllegalArgumentException if it names none
     */
    public static Position parse(String text) {
        return new Position(Long.parseUnsignedLong(text.strip()));
    }

    @Override
    public int compareTo(Position other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
