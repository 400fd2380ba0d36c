package io.llmtwin.ingest;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorsFactory.namedVectors;
import static io.qdrant.client.VectorsFactory.vectors;

import com.google.common.primitives.Floats;
import io.llmtwin.retrieval.DocumentType;
import io.llmtwin.retrieval.TermVector;
import io.llmtwin.retrieval.TermWeights;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A chunk as Qdrant stores it: the course's payload, so that its code can read it, and what keeps the store in step with
 * its sources.
 */
final class Payload {
    static final String DOCUMENT_ID = "id";
    static final String CHUNK = "chunk";
    static final String CHUNKS = "chunks";
    static final String CONTENT_HASH = "content_hash";
    static final String ORIGIN = "origin";
    private static final String AUTHOR = "author";
    private static final String UNNAMED = "";

    private Payload() {}

    /** Keys that searches and this package filter on, and the kinds of their values. */
    static Map<String, PayloadSchemaType> indexed(DocumentType type) {
        return Map.of(
                DOCUMENT_ID,
                PayloadSchemaType.Keyword,
                CHUNK,
                PayloadSchemaType.Integer,
                type.authorKey(),
                PayloadSchemaType.Keyword,
                AUTHOR,
                PayloadSchemaType.Keyword,
                ORIGIN,
                PayloadSchemaType.Keyword,
                CONTENT_HASH,
                PayloadSchemaType.Keyword);
    }

    /**
     * The point of the chunk at {@code index}; its id follows from where it stands, so that it replaces its forerunner.
     *
     * @param vector the unnamed dense one
     * @param weights the sparse vector {@link TermWeights#VECTOR}; left out if it is empty
     */
    static PointStruct point(PreparedDocument prepared, int index, float[] vector, TermVector weights) {
        SourceDocument document = prepared.document();
        DocumentType type = document.type();
        Map<String, Value> payload = new HashMap<>();
        payload.put("content", value(prepared.chunks().get(index).content()));
        payload.put(DOCUMENT_ID, value(document.id()));
        payload.put("type", value(type.payloadType()));
        payload.put(type.authorKey(), value(document.authorId() == null ? document.author() : document.authorId()));
        payload.put(AUTHOR, value(document.author()));
        put(payload, "platform", document.platform());
        put(payload, "link", document.link());
        put(payload, "name", document.name());
        put(payload, "title", document.title());
        payload.put(CHUNK, value(index));
        payload.put(CHUNKS, value(prepared.chunks().size()));
        payload.put(CONTENT_HASH, value(prepared.hash()));
        payload.put(ORIGIN, value(prepared.origin().payloadValue()));
        return PointStruct.newBuilder()
                .setId(id(SourceDocument.uuid(type.collection() + '/' + document.id() + '/' + index)))
                .setVectors(
                        weights.isEmpty()
                                ? vectors(vector)
                                : namedVectors(Map.of(
                                        UNNAMED,
                                        vector(Floats.asList(vector)),
                                        TermWeights.VECTOR,
                                        vector(weights.weights(), weights.indices()))))
                .putAllPayload(payload)
                .build();
    }

    private static void put(Map<String, Value> payload, String key, @Nullable String text) {
        if (text != null) {
            payload.put(key, value(text));
        }
    }
}
