package io.llmtwin.retrieval;

import org.jspecify.annotations.Nullable;

/**
 * Where a chunk stands.
 *
 * @param number of the chunk in its document, counted from 0
 */
public record ChunkPlace(String collection, String documentId, int number) {

    /** Where {@code passage} stands, or null where its store doesn't say. */
    public static @Nullable ChunkPlace of(Passage passage) {
        return passage.chunk() == null
                ? null
                : new ChunkPlace(passage.collection(), passage.documentId(), passage.chunk());
    }

    /** The place {@code steps} further on in the same document. */
    public ChunkPlace moved(int steps) {
        return new ChunkPlace(collection, documentId, number + steps);
    }
}
