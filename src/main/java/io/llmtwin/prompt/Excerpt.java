package io.llmtwin.prompt;

import io.llmtwin.retrieval.ChunkPlace;
import io.llmtwin.retrieval.Passage;
import java.util.Iterator;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A run of consecutive chunks of one document, shown as one source in reading order: the line of context that chunks
 * begin with stands once, and a sentence that ingestion repeated across a cut does too. Immutable.
 */
final class Excerpt {
    /** Shorter than that, equal ends may be chance. */
    private static final int SHORTEST_OVERLAP = 12;

    private static final int LONGEST_OVERLAP = 600;
    private static final int LONGEST_CONTEXT = 300;
    private static final String BLANK_LINE = "\n\n";

    private final Passage best;
    private final SortedMap<Integer, String> chunks;

    private Excerpt(Passage best, SortedMap<Integer, String> chunks) {
        this.best = best;
        this.chunks = chunks;
    }

    /** {@code passage} alone. */
    static Excerpt of(Passage passage) {
        SortedMap<Integer, String> chunks = new TreeMap<>();
        if (passage.chunk() != null) {
            chunks.put(passage.chunk(), passage.content());
        }
        return new Excerpt(passage, chunks);
    }

    /** Whether {@code place} is the one before the first chunk or the one after the last. */
    boolean borders(ChunkPlace place) {
        return isOfDocument(place.collection(), place.documentId())
                && (place.number() == chunks.firstKey() - 1 || place.number() == chunks.lastKey() + 1);
    }

    /** Whether {@code other} begins where this ends, or the other way round. */
    boolean borders(Excerpt other) {
        return !other.chunks.isEmpty()
                && isOfDocument(other.best.collection(), other.best.documentId())
                && (other.chunks.firstKey() == chunks.lastKey() + 1 || other.chunks.lastKey() == chunks.firstKey() - 1);
    }

    private boolean isOfDocument(String collection, String documentId) {
        return !chunks.isEmpty()
                && best.collection().equals(collection)
                && best.documentId().equals(documentId);
    }

    /** This run with the chunk that {@link #borders} it. */
    Excerpt with(int number, String content) {
        SortedMap<Integer, String> more = new TreeMap<>(chunks);
        more.put(number, content);
        return new Excerpt(best, more);
    }

    /** This run and {@code other} as one, in this one's rank. */
    Excerpt with(Excerpt other) {
        SortedMap<Integer, String> more = new TreeMap<>(chunks);
        more.putAll(other.chunks);
        return new Excerpt(best, more);
    }

    /** The best passage of the run, with the run's whole text. */
    Passage passage() {
        return chunks.size() < 2 ? best : best.showing(text());
    }

    private String text() {
        Iterator<String> contents = chunks.values().iterator();
        String first = contents.next();
        StringBuilder text = new StringBuilder(first);
        String context = context(first);
        while (contents.hasNext()) {
            String next = contents.next();
            String itsContext = context(next);
            if (itsContext != null && itsContext.equals(context)) {
                next = next.substring(itsContext.length() + BLANK_LINE.length());
            }
            context = itsContext;
            int repeated = overlap(text, next);
            text.append(repeated == 0 ? BLANK_LINE : "").append(next, repeated, next.length());
        }
        return text.toString();
    }

    private static @Nullable String context(String content) {
        int end = content.indexOf(BLANK_LINE);
        return end <= 0 || end > LONGEST_CONTEXT || content.lastIndexOf('\n', end - 1) >= 0
                ? null
                : content.substring(0, end);
    }

    private static int overlap(CharSequence text, String next) {
        int longest = Math.min(LONGEST_OVERLAP, Math.min(text.length(), next.length()));
        for (int length = longest; length >= SHORTEST_OVERLAP; length--) {
            boolean ends = length == next.length() || Character.isWhitespace(next.charAt(length));
            if (ends
                    && next.startsWith(text.subSequence(text.length() - length, text.length())
                            .toString())) {
                return length;
            }
        }
        return 0;
    }
}
