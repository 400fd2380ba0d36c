package io.llmtwin.ingest;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * A file of a corpus.
 *
 * @param path where it lies
 * @param name its path within the corpus, with slashes
 * @param size in bytes
 * @param modified milliseconds since 1970
 */
record CorpusFile(Path path, String name, FileKind kind, long size, long modified) {
    /** Larger files are not text that someone wrote; lists of documents may be of any size. */
    static final int LARGEST = 8 << 20;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /** Whether it was changed so lately that its writer may not be done. */
    boolean isYoungerThan(Duration age) {
        return System.currentTimeMillis() - modified < age.toMillis();
    }

    /** The file's name without folders and ending. */
    String stem() {
        String file = name.substring(name.lastIndexOf('/') + 1);
        int dot = file.lastIndexOf('.');
        return dot <= 0 ? file : file.substring(0, dot);
    }

    String ending() {
        int dot = name.lastIndexOf('.');
        return dot <= name.lastIndexOf('/') ? "" : name.substring(dot + 1);
    }

    /** The bytes, counted as they are read. */
    InputStream open(LongConsumer counter) throws IOException {
        return new Counted(Files.newInputStream(path), counter);
    }

    /**
     * The text of the file.
     *
     * @throws UnreadableDocumentException if it is too large or isn't text
     */
    String text(LongConsumer counter) throws IOException, UnreadableDocumentException {
        byte[] bytes;
        try (InputStream in = open(counter)) {
            bytes = in.readNBytes(LARGEST + 1);
        }
        if (bytes.length > LARGEST) {
            throw new UnreadableDocumentException("larger than " + (LARGEST >> 20) + " MiB");
        }
        for (byte b : bytes) {
            if (b == 0) {
                throw new UnreadableDocumentException("not a text: it holds zero bytes");
            }
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new UnreadableDocumentException("not UTF-8");
        }
    }

    private static final class Counted extends FilterInputStream {
        private final LongConsumer counter;

        Counted(InputStream in, LongConsumer counter) {
            super(in);
            this.counter = counter;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            if (b >= 0) {
                counter.accept(1);
            }
            return b;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            if (count > 0) {
                counter.accept(count);
            }
            return count;
        }
    }
}
