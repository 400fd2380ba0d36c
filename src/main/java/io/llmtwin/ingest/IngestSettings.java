package io.llmtwin.ingest;

import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the store is kept in sync with.
 *
 * @param corpus a folder or a zip file; {@code none} for nothing, empty for the project's own material
 * @param author who wrote what names no other author
 */
@ConfigurationProperties("llm-twin.ingest")
public record IngestSettings(
        @DefaultValue("") String corpus,
        @DefaultValue("LLM Twin") String author) {
    /** The corpus that means: no corpus. */
    public static final String NONE = "none";

    public IngestSettings {
        boolean isPlace = !corpus.isBlank() && !corpus.strip().equalsIgnoreCase(NONE);
        if (isPlace && !Files.exists(Path.of(corpus.strip()))) {
            throw new IllegalArgumentException(
                    "LLM_TWIN_CORPUS must be a folder or a zip file, but there is no " + corpus.strip());
        }
    }

    /** Whether the project's own material is the corpus. */
    public boolean isOwnMaterial() {
        return corpus.isBlank();
    }
}
