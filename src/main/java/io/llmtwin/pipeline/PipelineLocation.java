package io.llmtwin.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/** Where the pipeline comes from: the folder that is set, the checkout's own, or the application itself. */
@Component
public final class PipelineLocation {
    private static final Path CHECKOUT = Path.of("src", "main", "resources");
    private static final String EVALUATIONS = "evals";

    private final Optional<Path> folder;

    PipelineLocation(PipelineSettings settings) {
        this.folder = Optional.ofNullable(settings.folder()).or(() -> Optional.of(CHECKOUT)
                .filter(checkout -> Files.isDirectory(checkout.resolve("routes").resolve("pipeline"))));
    }

    /** The folder, where it is one. */
    Optional<PipelineFolder> folder() {
        return folder.map(PipelineFolder::new);
    }

    /**
     * The pipeline as it is there now.
     *
     * @throws RejectedPipelineException if a file of it can't be one
     */
    PipelineSource read() throws IOException, RejectedPipelineException {
        Optional<PipelineFolder> own = folder();
        return own.isPresent() ? own.get().read() : PipelineSource.onClasspath();
    }

    RevisionOrigin origin() {
        return folder.isPresent() ? RevisionOrigin.FOLDER : RevisionOrigin.APPLICATION;
    }

    /** The texts of {@code evals/*.yaml}, by name without the ending; the application's own where the folder has none. */
    public SortedMap<String, String> evaluations() {
        SortedMap<String, String> texts = new TreeMap<>();
        try {
            Path own = folder.map(path -> path.resolve(EVALUATIONS)).orElse(null);
            if (own != null && Files.isDirectory(own)) {
                readAll(own, texts);
            } else {
                for (Resource resource : new PathMatchingResourcePatternResolver()
                        .getResources("classpath:" + EVALUATIONS + "/*.yaml")) {
                    texts.put(
                            name(String.valueOf(resource.getFilename())),
                            resource.getContentAsString(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the evaluations of " + this + " can't be read", e);
        }
        return texts;
    }

    private static void readAll(Path own, SortedMap<String, String> texts) throws IOException {
        try (Stream<Path> files = Files.list(own)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(".yaml") && !name.startsWith(".")) {
                    texts.put(name(name), Files.readString(file));
                }
            }
        }
    }

    private static String name(String file) {
        return file.substring(0, file.length() - ".yaml".length());
    }

    @Override
    public String toString() {
        return folder.map(Path::toString).orElse("the application");
    }
}
