package io.llmtwin.embedded.embedding;

import dev.langchain4j.data.embedding.Embedding;
import org.jspecify.annotations.Nullable;

/**
 * A passage that a search found.
 *
 * @param found what the search found it worth, greater for better
 * @param vector the unit vector it is stored with; null where the store didn't say
 */
public record Candidate(String text, double found, @Nullable Embedding vector) {}
