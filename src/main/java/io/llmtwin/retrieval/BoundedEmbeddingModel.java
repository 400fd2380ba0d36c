package io.llmtwin.retrieval;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.util.List;

/** An embedding model on a {@link BoundedServer}, which says how a call can fail. Thread-safe. */
public final class BoundedEmbeddingModel extends DimensionAwareEmbeddingModel {
    private final EmbeddingModel model;
    private final BoundedServer server;

    public BoundedEmbeddingModel(EmbeddingModel model, BoundedServer server) {
        this.model = model;
        this.server = server;
    }

    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> texts) {
        Response<List<Embedding>> embeddings = server.call(() -> model.embedAll(texts));
        // so that nobody has to embed a word to learn it
        embeddings.content().stream().findFirst().ifPresent(first -> dimension = first.dimension());
        return embeddings;
    }

    @Override
    public String modelName() {
        return model.modelName();
    }
}
