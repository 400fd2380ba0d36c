package io.llmtwin.ingest;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What the store is kept in sync with, and how much of what clients send is taken at a time.
 *
 * @param corpus a folder or a zip file; {@code none} for nothing, empty for the project's own material
 * @param author who wrote what names no other author
 * @param maxUploadSize of the body of a request that brings documents
 * @param maxPendingChunks chunks of clients' documents that may wait to be embedded and stored
 */
@Validated
@ConfigurationProperties("llm-twin.ingest")
public record IngestSettings(
        @DefaultValue("") String corpus,
        @DefaultValue("LLM Twin") String author,
        @DefaultValue("10MB") @NotNull DataSize maxUploadSize,
        @DefaultValue("2000") @Min(1) @Max(1_000_000) int maxPendingChunks) {
    /** The corpus that means: no corpus. */
    public static final String NONE = "none";

    private static final long MOST_MEGABYTES = 256;

    public IngestSettings {
        boolean isPlace = !corpus.isBlank() && !corpus.strip().equalsIgnoreCase(NONE);
        if (isPlace && !Files.exists(Path.of(corpus.strip()))) {
            throw new IllegalArgumentException(
                    "LLM_TWIN_CORPUS must be a folder or a zip file, but there is no " + corpus.strip());
        }
        if (maxUploadSize.toBytes() < 1 || maxUploadSize.toMegabytes() > MOST_MEGABYTES) {
            throw new IllegalArgumentException(
                    "MAX_UPLOAD_SIZE must be from 1B to " + MOST_MEGABYTES + "MB, but is " + maxUploadSize);
        }
    }

    /** Whether the project's own material is the corpus. */
    public boolean isOwnMaterial() {
        return corpus.isBlank();
    }
}
