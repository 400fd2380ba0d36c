package io.llmtwin.ingest;

import io.llmtwin.retrieval.TermWeights;
import io.llmtwin.retrieval.TextCleaner;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A hash of everything that a document's points depend on: its text and metadata, the rules by which it is cleaned,
 * chunked and weighed, and the model that embeds it. As long as it is the same, the stored points are.
 */
final class ContentHash {
    private static final int HEX_DIGITS = 32;

    private final String rules;

    ContentHash(String embeddingModel) {
        rules = "chunker " + Chunker.VERSION + ", cleaner " + TextCleaner.VERSION + ", terms " + TermWeights.VERSION
                + ", model " + embeddingModel;
    }

    /** The first {@value #HEX_DIGITS} hexadecimal digits of a SHA-256. */
    String of(SourceDocument document) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        add(digest, rules);
        add(digest, document.id());
        add(digest, document.type().payloadType());
        add(digest, document.author());
        add(digest, document.authorId());
        add(digest, document.platform());
        add(digest, document.link());
        add(digest, document.name());
        add(digest, document.title());
        add(digest, TextCleaner.clean(document.content()));
        return HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
    }

    private static void add(MessageDigest digest, @Nullable String field) {
        byte[] bytes = field == null ? new byte[0] : field.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES)
                .putInt(field == null ? -1 : bytes.length)
                .flip());
        digest.update(bytes);
    }
}
