package io.llmtwin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/** The pipeline of this checkout, copied so that it can be edited. */
public final class PipelineCopy {
    /** What is copied. */
    public static final Path ORIGINAL = Path.of("src", "main", "resources");

    private PipelineCopy() {}

    /** {@code folder}, which holds a copy now. */
    public static Path into(Path folder) {
        try {
            for (String room : new String[] {"routes/pipeline", "prompts"}) {
                FileSystemUtils.copyRecursively(ORIGINAL.resolve(room), folder.resolve(room));
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy in a fresh folder, gone with the build's other output. */
    static Path inTarget() {
        try {
            return into(Files.createTempDirectory(Path.of("target").toAbsolutePath(), "pipeline-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
