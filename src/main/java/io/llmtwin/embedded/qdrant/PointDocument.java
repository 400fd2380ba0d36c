package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.Map;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** A point in full, as it is written: its vector in stored form, or none, and the number of the write it is from. */
final class PointDocument implements PointView {
    /** Lucene field that holds the vector. */
    static final String VECTOR = "vector";
    /** Lucene field that holds the payload's bytes. */
    static final String PAYLOAD = "payload";
    /** Lucene field that holds the version. */
    static final String VERSION = "version";

    private final PointKey key;
    private final float @Nullable [] vector;
    private final Map<String, Value> payload;
    private final long version;

    /** A point with {@code vector} in stored form, which is not copied. */
    PointDocument(PointKey key, float @Nullable [] vector, Map<String, Value> payload, long version) {
        this.key = key;
        this.vector = vector;
        this.payload = payload;
        this.version = version;
    }

    PointKey key() {
        return key;
    }

    float @Nullable [] vector() {
        return vector;
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
    public boolean hasVector() {
        return vector != null;
    }

    PointDocument withPayload(Map<String, Value> changed, long version) {
        return new PointDocument(key, vector, changed, version);
    }

    PointDocument withVector(float @Nullable [] changed, long version) {
        return new PointDocument(key, changed, payload, version);
    }

    Document toLucene(Metric metric) {
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
        if (vector != null) {
            document.add(new KnnFloatVectorField(VECTOR, vector, metric.similarity()));
        }
        return document;
    }
}
