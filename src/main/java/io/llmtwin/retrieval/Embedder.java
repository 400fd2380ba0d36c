package io.llmtwin.retrieval;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import java.util.List;

/**
 * Text to vectors, for ingestion and serving alike: both sides are cleaned by {@link TextCleaner} and embedded by one
 * model, and a model that was trained to see an instruction before a query gets it. Thread-safe.
 */
public final class Embedder {
    private final EmbeddingModel model;
    private final String instruction;

    /** Embeds texts as they are. */
    public Embedder(EmbeddingModel model) {
        this(model, "");
    }

    private Embedder(EmbeddingModel model, String instruction) {
        this.model = model;
        this.instruction = instruction;
    }

    /** Embeds texts with {@code instruction} and a space before each; empty for none. */
    public static Embedder ofQueries(EmbeddingModel model, String instruction) {
        return new Embedder(model, instruction.isEmpty() ? "" : instruction + " ");
    }

    /** One unit vector of {@link #dimension()} floats for each text, in their order. */
    public List<float[]> embed(List<String> texts) {
        if (texts.isEmpty()) {
            return List.of();
        }
        List<TextSegment> segments = texts.stream()
                .map(TextCleaner::clean)
                .map(text -> TextSegment.from(instruction + (text.isEmpty() ? "-" : text)))
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
