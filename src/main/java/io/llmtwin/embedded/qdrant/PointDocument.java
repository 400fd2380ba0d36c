package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** A point in full, as it is written: its vectors in stored form, by name, and the number of the write it is from. */
final class PointDocument implements PointView {
    /** Lucene field that holds the payload's bytes. */
    static final String PAYLOAD = "payload";
    /** Lucene field that holds the version. */
    static final String VERSION = "version";

    private final PointKey key;
    private final Map<String, VectorValue> vectors;
    private final Map<String, Value> payload;
    private final long version;

    PointDocument(PointKey key, Map<String, VectorValue> vectors, Map<String, Value> payload, long version) {
        this.key = key;
        this.vectors = vectors;
        this.payload = payload;
        this.version = version;
    }

    PointKey key() {
        return key;
    }

    /** The vector of the space {@code name}, or null if the point has none. */
    @Nullable
    VectorValue vector(String name) {
        return vectors.get(name);
    }

    @Override
    public Map<String, Value> payload() {
        return payload;
    }

    @Override
    public boolean is(PointKey other) {
        return key.equals(other);
    }

    @Override
    public boolean hasVector(String name) {
        return vectors.containsKey(name);
    }

    PointDocument withPayload(Map<String, Value> changed, long version) {
        return new PointDocument(key, vectors, changed, version);
    }

    /** The point with the vectors {@code changed}, and those it has under other names. */
    PointDocument withVectors(Map<String, VectorValue> changed, long version) {
        Map<String, VectorValue> merged = new TreeMap<>(vectors);
        merged.putAll(changed);
        return new PointDocument(key, merged, payload, version);
    }

    PointDocument withoutVectors(Collection<String> names, long version) {
        Map<String, VectorValue> left = new TreeMap<>(vectors);
        left.keySet().removeAll(names);
        return new PointDocument(key, left, payload, version);
    }

    Document toLucene(VectorSpaces spaces) {
        Document document = new Document();
        document.add(new StringField(PointKey.FIELD, key.bytes(), Field.Store.NO));
        document.add(new BinaryDocValuesField(PointKey.FIELD, key.bytes()));
        document.add(new NumericDocValuesField(VERSION, version));
        if (!payload.isEmpty()) {
            document.add(new BinaryDocValuesField(PAYLOAD, Payloads.bytes(payload)));
            for (BytesRef term : PayloadTerms.of(payload)) {
                document.add(new StringField(PayloadTerms.FIELD, term, Field.Store.NO));
            }
        }
        vectors.forEach((name, value) -> spaces.get(name).add(value, document));
        return document;
    }
}
