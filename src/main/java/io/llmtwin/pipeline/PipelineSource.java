package io.llmtwin.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * The files of a pipeline at one moment: {@code routes/pipeline/*.camel.yaml}, {@code prompts/*.mustache} and {@code
 * prompts/redaction.yaml}, by path. Immutable, so that what was hashed is what runs.
 */
final class PipelineSource {
    private static final String ROUTES = "routes/pipeline/";
    private static final String PROMPTS = "prompts/";

    private final SortedMap<String, String> files;

    private PipelineSource(SortedMap<String, String> files) {
        this.files = files;
    }

    /** Reads the pipeline below {@code folder}; empty folders make an empty pipeline. */
    static PipelineSource in(Path folder) throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        for (String room : new String[] {ROUTES, PROMPTS}) {
            Path directory = folder.resolve(room);
            if (!Files.isDirectory(directory)) {
                continue;
            }
            try (Stream<Path> found = Files.walk(directory)) {
                for (Path file : (Iterable<Path>) found.filter(Files::isRegularFile)::iterator) {
                    String path = folder.relativize(file)
                            .toString()
                            .replace(file.getFileSystem().getSeparator(), "/");
                    if (belongs(path)) {
                        files.put(path, Files.readString(file));
                    }
                }
            }
        }
        return new PipelineSource(files);
    }

    /** Reads the pipeline that was built into the application. */
    static PipelineSource onClasspath() throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver();
        for (String room : new String[] {ROUTES, PROMPTS}) {
            for (Resource resource : resolver.getResources("classpath:" + room + "*")) {
                String path = room + resource.getFilename();
                if (belongs(path)) {
                    files.put(path, resource.getContentAsString(StandardCharsets.UTF_8));
                }
            }
        }
        return new PipelineSource(files);
    }

    /** First twelve hex digits of the SHA-256 over every path and content. */
    String hash() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        files.forEach((path, content) -> {
            digest.update((path + "\0" + content.length() + "\0").getBytes(StandardCharsets.UTF_8));
            digest.update(content.getBytes(StandardCharsets.UTF_8));
        });
        return HexFormat.of().formatHex(digest.digest()).substring(0, 12);
    }

    /** The route files, by path. */
    Map<String, String> routes() {
        return files.subMap(ROUTES, ROUTES + Character.MAX_VALUE);
    }

    /** The file at {@code path}, or null. */
    @Nullable
    String file(String path) {
        return files.get(path);
    }

    private static boolean belongs(String path) {
        return path.startsWith(ROUTES)
                ? path.endsWith(".camel.yaml")
                : path.endsWith(".mustache") || path.equals(PROMPTS + "redaction.yaml");
    }
}
