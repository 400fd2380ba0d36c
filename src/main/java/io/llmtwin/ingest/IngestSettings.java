package io.llmtwin.ingest;

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

    /** Whether the project's own material is the corpus. */
    public boolean isOwnMaterial() {
        return corpus.isBlank();
    }
}
