package io.llmtwin.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that prompt engineers edit. Names that begin with a dot are nobody's: editors leave them behind, and
 * Kubernetes keeps the versions of a ConfigMap under such names and swaps links to them.
 */
final class PipelineFolder {
    private static final int MOST_BYTES = 1 << 20;

    private final Path folder;

    PipelineFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The pipeline as it lies there now; empty folders make an empty one.
     *
     * @throws RejectedPipelineException if a file is not text, or too long
     */
    PipelineSource read() throws IOException, RejectedPipelineException {
        SortedMap<String, String> texts = new TreeMap<>();
        for (var file : files().entrySet()) {
            texts.put(file.getKey(), text(file.getKey(), file.getValue()));
        }
        return new PipelineSource(texts);
    }

    /** By path, what changes when a file does: its size, times and identity. */
    SortedMap<String, Stamp> stamps() throws IOException {
        SortedMap<String, Stamp> stamps = new TreeMap<>();
        for (var file : files().entrySet()) {
            BasicFileAttributes attributes = Files.readAttributes(file.getValue(), BasicFileAttributes.class);
            stamps.put(
                    file.getKey(), new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey()));
        }
        return stamps;
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    private SortedMap<String, Path> files() throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        for (String room : PipelineSource.ROOMS) {
            Path directory = folder.resolve(room);
            if (!Files.isDirectory(directory)) {
                continue;
            }
            Path real = directory.toRealPath();
            try (Stream<Path> found = Files.walk(real)) {
                for (Path file : (Iterable<Path>) found::iterator) {
                    String path = room
                            + real.relativize(file)
                                    .toString()
                                    .replace(file.getFileSystem().getSeparator(), "/");
                    if (PipelineSource.belongs(path) && Files.isRegularFile(file)) {
                        files.put(path, file);
                    }
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return files;
    }

    private static String text(String path, Path file) throws IOException, RejectedPipelineException {
        if (Files.size(file) > MOST_BYTES) {
            throw new RejectedPipelineException(PipelineProblem.of(path, "is longer than 1 MiB"));
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RejectedPipelineException(PipelineProblem.of(path, "is not text in UTF-8"));
        }
    }

    /** A file's size in bytes, when it was written, and which file it is where the file system says. */
    record Stamp(long size, FileTime modified, @Nullable Object key) {}
}
