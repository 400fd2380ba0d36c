package io.llmtwin.retrieval;

import static io.qdrant.client.ValueFactory.value;

import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.Map;
import java.util.Optional;

/**
 * What a collection's vectors were made with, kept in the collection's own metadata. Vectors that were made otherwise
 * can't be compared with them, so a collection of another schema is neither searched nor added to.
 *
 * @param embeddingModel name of the model
 * @param dimension of its vectors
 * @param cleaningVersion {@link TextCleaner#VERSION}
 */
public record CollectionSchema(String embeddingModel, int dimension, int cleaningVersion) {
    private static final String MODEL = "embedding_model";
    private static final String DIMENSION = "dimension";
    private static final String CLEANING = "cleaning_version";

    /** The schema of what {@code embedder} makes. */
    public static CollectionSchema of(Embedder embedder) {
        return new CollectionSchema(embedder.modelName(), embedder.dimension(), TextCleaner.VERSION);
    }

    /** The schema that a collection remembers; empty for one that the course's code or an older Qdrant made. */
    public static Optional<CollectionSchema> of(CollectionConfig collection) {
        Map<String, Value> metadata = collection.getMetadataMap();
        if (!metadata.containsKey(MODEL)) {
            return Optional.empty();
        }
        return Optional.of(new CollectionSchema(
                metadata.get(MODEL).getStringValue(),
                (int) metadata.getOrDefault(DIMENSION, Value.getDefaultInstance())
                        .getIntegerValue(),
                (int) metadata.getOrDefault(CLEANING, Value.getDefaultInstance())
                        .getIntegerValue()));
    }

    /** This schema as a collection's metadata. */
    public Map<String, Value> metadata() {
        return Map.of(MODEL, value(embeddingModel), DIMENSION, value(dimension), CLEANING, value(cleaningVersion));
    }
}
