package io.llmtwin.monitoring.delivery;

import io.llmtwin.monitoring.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Up to where a target has the journal's entries, on disk. It is replaced as a whole, so that a crash leaves one of two. */
final class PositionFile {
    private final Path file;

    PositionFile(Path file) {
        this.file = file;
    }

    /**
     * The position that was saved last; the journal's start where none was.
     *
     * @throws IOException if the file can't be read or holds no position
     */
    Position load() throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            return Position.START;
        }
        try {
            return Position.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " should hold a position in the journal, but holds '" + text.strip() + "'", e);
        }
    }

    void save(Position position) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(
                next,
                position + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
