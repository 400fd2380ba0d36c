package io.llmtwin.pipeline.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The pipeline in this checkout, as files that a test may change. */
final class ShippedPipeline {
    private static final Path RESOURCES = Path.of("src", "main", "resources");

    private ShippedPipeline() {}

    static SortedMap<String, String> files() {
        SortedMap<String, String> files = new TreeMap<>();
        for (String folder : new String[] {"routes/pipeline", "prompts"}) {
            try (Stream<Path> found = Files.list(RESOURCES.resolve(folder))) {
                for (Path file : (Iterable<Path>) found::iterator) {
                    files.put(folder + "/" + file.getFileName(), Files.readString(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }
}
