package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.JsonWithInt.Value;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/** Reads points from one view of a collection, by the number of their document or by their key. */
final class PointReader {
    private static final int NONE = -1;

    private final IndexReader reader;

    PointReader(IndexReader reader) {
        this.reader = reader;
    }

    /** The document of the point {@code key}, or -1 if there is none. */
    int find(PointKey key) throws IOException {
        for (LeafReaderContext leaf : reader.leaves()) {
            Terms terms = leaf.reader().terms(PointKey.FIELD);
            if (terms == null) {
                continue;
            }
            TermsEnum term = terms.iterator();
            if (!term.seekExact(key.bytes())) {
                continue;
            }
            Bits live = leaf.reader().getLiveDocs();
            PostingsEnum postings = term.postings(null, PostingsEnum.NONE);
            for (int doc = postings.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = postings.nextDoc()) {
                if (live == null || live.get(doc)) {
                    return leaf.docBase + doc;
                }
            }
        }
        return NONE;
    }

    /** The whole point {@code key} with its vectors of {@code spaces}, or null if there is none. */
    @Nullable
    PointDocument point(PointKey key, VectorSpaces spaces) throws IOException {
        int doc = find(key);
        return doc == NONE ? null : new PointDocument(key, vectors(doc, spaces.all()), payload(doc), version(doc));
    }

    PointKey key(int doc) throws IOException {
        LeafReaderContext leaf = leaf(doc);
        BinaryDocValues keys = DocValues.getBinary(leaf.reader(), PointKey.FIELD);
        if (!keys.advanceExact(doc - leaf.docBase)) {
            throw new IOException("document " + doc + " has no id");
        }
        return PointKey.read(keys.binaryValue());
    }

    Map<String, Value> payload(int doc) throws IOException {
        LeafReaderContext leaf = leaf(doc);
        BinaryDocValues payloads = DocValues.getBinary(leaf.reader(), PointDocument.PAYLOAD);
        return payloads.advanceExact(doc - leaf.docBase) ? Payloads.read(payloads.binaryValue()) : Map.of();
    }

    long version(int doc) throws IOException {
        LeafReaderContext leaf = leaf(doc);
        NumericDocValues versions = DocValues.getNumeric(leaf.reader(), PointDocument.VERSION);
        return versions.advanceExact(doc - leaf.docBase) ? versions.longValue() : 0;
    }

    /** The vectors of {@code spaces} that the point has, in stored form. */
    Map<String, VectorValue> vectors(int doc, Collection<VectorSpace> spaces) throws IOException {
        Map<String, VectorValue> vectors = new TreeMap<>();
        for (VectorSpace space : spaces) {
            VectorValue value = vector(doc, space);
            if (value != null) {
                vectors.put(space.name(), value);
            }
        }
        return vectors;
    }

    private @Nullable VectorValue vector(int doc, VectorSpace space) throws IOException {
        LeafReaderContext leaf = leaf(doc);
        int docInLeaf = doc - leaf.docBase;
        if (space instanceof SparseSpace) {
            BinaryDocValues values = DocValues.getBinary(leaf.reader(), space.field());
            return values.advanceExact(docInLeaf) ? SparseValue.read(values.binaryValue()) : null;
        }
        FloatVectorValues values = leaf.reader().getFloatVectorValues(space.field());
        return values != null && values.advance(docInLeaf) == docInLeaf
                ? new DenseValue(values.vectorValue().clone())
                : null;
    }

    /** Whether the point {@code doc} of a segment has a vector of the space {@code name}. */
    static boolean hasVector(LeafReader segment, int doc, String name) throws IOException {
        FloatVectorValues dense = segment.getFloatVectorValues(DenseSpace.field(name));
        return (dense != null && dense.advance(doc) == doc)
                || DocValues.getBinary(segment, SparseSpace.field(name)).advanceExact(doc);
    }

    private LeafReaderContext leaf(int doc) {
        return reader.leaves().get(ReaderUtil.subIndex(doc, reader.leaves()));
    }
}
