package io.llmtwin.retrieval;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import java.util.List;

/**
 * Text to vectors, for ingestion and serving alike: both sides are cleaned by {@link TextCleaner} and embedded by one
 * model. Thread-safe.
 */
public final class Embedder {
    private final EmbeddingModel model;

    public Embedder(EmbeddingModel model) {
        this.model = model;
    }

    /** One unit vector of {@link #dimension()} floats for each text, in their order. */
    public List<float[]> embed(List<String> texts) {
        if (texts.isEmpty()) {
            return List.of();
        }
        List<TextSegment> segments = texts.stream()
                .map(TextCleaner::clean)
                .map(text -> TextSegment.from(text.isEmpty() ? "-" : text))
                .toList();
        return model.embedAll(segments).content().stream()
                .map(Embedding::vector)
                .toList();
    }

    /** Length of every vector. */
    public int dimension() {
        return model.dimension();
    }

    /** Name of the model. */
    public String modelName() {
        return model.modelName();
    }
}
