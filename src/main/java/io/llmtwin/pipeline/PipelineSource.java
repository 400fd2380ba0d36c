package io.llmtwin.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
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

    /** How the names of route files end. */
    static final String ROUTES_EXTENSION = "camel.yaml";

    /** The folders that a pipeline's files lie in. */
    static final List<String> ROOMS = List.of(ROUTES, PROMPTS);

    private static final int MOST_FILES = 500;
    private static final int LONGEST_PATH = 200;
    private static final Pattern PATH =
            Pattern.compile("(?!\\.)[^\\p{IsControl}\\\\/:%]+(/(?!\\.)[^\\p{IsControl}\\\\/:%]+)*");

    private final SortedMap<String, String> files;

    PipelineSource(Map<String, String> files) {
        this.files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** Reads the pipeline that was built into the application. */
    static PipelineSource onClasspath() throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver();
        for (String room : ROOMS) {
            for (Resource resource : resolver.getResources("classpath:" + room + "*")) {
                String path = room + resource.getFilename();
                if (belongs(path)) {
                    files.put(path, resource.getContentAsString(StandardCharsets.UTF_8));
                }
            }
        }
        return new PipelineSource(files);
    }

    /**
     * This with other files.
     *
     * @param changes new texts by path; null takes a file away
     * @throws RejectedPipelineException if a path is none of a pipeline's, or there would be too many files
     */
    PipelineSource with(Map<String, @Nullable String> changes) throws RejectedPipelineException {
        if (changes.size() > MOST_FILES) {
            throw tooMany();
        }
        Map<String, String> changed = new TreeMap<>(files);
        for (var change : changes.entrySet()) {
            String text = change.getValue();
            if (!belongs(change.getKey())) {
                throw new RejectedPipelineException(
                        PipelineProblem.of(
                                change.getKey(),
                                "is no file of a pipeline; those are routes/pipeline/NAME.camel.yaml, prompts/NAME.mustache and"
                                        + " prompts/redaction.yaml, and no part of a name begins with a dot or has a control character, `\\`, `:` or `%`"));
            }
            if (text == null) {
                changed.remove(change.getKey());
            } else {
                changed.put(change.getKey(), text);
            }
        }
        if (changed.size() > MOST_FILES) {
            throw tooMany();
        }
        return new PipelineSource(changed);
    }

    private static RejectedPipelineException tooMany() {
        return new RejectedPipelineException(
                PipelineProblem.of(null, "a pipeline has at most " + MOST_FILES + " files"));
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

    /** Every file, by path. */
    SortedMap<String, String> files() {
        return files;
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

    /** Whether {@code path} names a file of a pipeline. */
    static boolean belongs(String path) {
        if (path.length() > LONGEST_PATH || !PATH.matcher(path).matches()) {
            return false;
        }
        return path.startsWith(ROUTES)
                ? path.endsWith("." + ROUTES_EXTENSION)
                : path.startsWith(PROMPTS) && (path.endsWith(".mustache") || path.equals(PROMPTS + "redaction.yaml"));
    }
}
