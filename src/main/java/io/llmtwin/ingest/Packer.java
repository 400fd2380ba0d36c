package io.llmtwin.ingest;

import java.util.ArrayList;
import java.util.List;

/**
 * Fills passages with pieces: each takes what comes next until it is about {@code target} in size. A passage never ends
 * small if the next piece still fits under {@code limit}, and begins with the last sentence of the one before if that is
 * prose and short.
 */
final class Packer {
    private static final int LONGEST_OVERLAP = 240;

    private final ProseSplitter prose;
    private final int target;
    private final int limit;
    private final List<String> passages = new ArrayList<>();
    private final StringBuilder passage = new StringBuilder();
    private int size;
    private int pieces;
    private Piece last = new Piece("", "", 0, false);
    private int fresh;
    private String firstSeparator = "";

    Packer(ProseSplitter prose, int target, int limit) {
        this.prose = prose;
        this.target = Math.min(target, limit);
        this.limit = limit;
    }

    /** Adds a piece, which must not be larger than the limit. */
    void add(Piece piece) {
        int grown = size + piece.separator.length() + piece.size;
        boolean fits = grown <= target || (size < target / 3 && grown <= limit);
        if (pieces > 0 && !fits) {
            close();
            overlap(piece);
        }
        if (!passage.isEmpty()) {
            passage.append(piece.separator);
            size += piece.separator.length();
        }
        if (pieces == 0) {
            firstSeparator = piece.separator;
        }
        passage.append(piece.text);
        size += piece.size;
        pieces++;
        last = piece;
    }

    /** The passages, in order. */
    List<String> finish() {
        if (pieces > 0) {
            if (!passages.isEmpty() && size - fresh < target / 5 && joinsPrevious()) {
                return passages;
            }
            close();
        }
        return passages;
    }

    private boolean joinsPrevious() {
        String before = passages.get(passages.size() - 1);
        String rest = passage.substring(fresh).strip();
        String joined = before + firstSeparator + rest;
        if (TextSize.of(joined) > limit) {
            return false;
        }
        passages.set(passages.size() - 1, joined);
        return true;
    }

    private void close() {
        passages.add(passage.toString());
        passage.setLength(0);
        size = 0;
        pieces = 0;
        fresh = 0;
    }

    private void overlap(Piece next) {
        if (!last.prose || !next.prose) {
            return;
        }
        String sentence = prose.last(last.text);
        int sentenceSize = TextSize.of(sentence);
        if (sentenceSize <= LONGEST_OVERLAP && sentenceSize + next.separator.length() + next.size <= limit) {
            passage.append(sentence);
            size = sentenceSize;
            fresh = sentence.length();
        }
    }

    /**
     * A part of a document that is not cut further.
     *
     * @param separator what to put between it and a piece before it
     * @param size as of {@link TextSize}
     */
    record Piece(String text, String separator, int size, boolean prose) {
        Piece(String text, String separator, boolean prose) {
            this(text, separator, TextSize.of(text), prose);
        }
    }
}
