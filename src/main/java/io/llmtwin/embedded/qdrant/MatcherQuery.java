package io.llmtwin.embedded.qdrant;

import io.qdrant.client.grpc.JsonWithInt.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/** A query that looks at the payload of each point it is asked about; others in a conjunction are asked first. */
final class MatcherQuery extends Query {
    /** Reading and parsing a payload, in Lucene's unit of a simple operation. */
    private static final float COST_OF_A_LOOK = 10_000;

    private final Matcher matcher;

    MatcherQuery(Matcher matcher) {
        this.matcher = matcher;
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
        return new ConstantScoreWeight(this, boost) {
            @Override
            public Scorer scorer(LeafReaderContext context) throws IOException {
                LeafPoint point = new LeafPoint(context.reader());
                DocIdSetIterator all = DocIdSetIterator.all(context.reader().maxDoc());
                return new ConstantScoreScorer(this, 0, scoreMode, new TwoPhaseIterator(all) {
                    @Override
                    public boolean matches() throws IOException {
                        point.doc = approximation().docID();
                        point.payload = null;
                        return matcher.matches(point);
                    }

                    @Override
                    public float matchCost() {
                        return COST_OF_A_LOOK;
                    }
                });
            }

            @Override
            public boolean isCacheable(LeafReaderContext context) {
                return false;
            }
        };
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public String toString(String field) {
        return "matcher";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MatcherQuery query && query.matcher == matcher;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(matcher);
    }

    /** The point that a scorer stands on. */
    private static final class LeafPoint implements PointView {
        private final LeafReader reader;
        private final BinaryDocValues payloads;
        private final BinaryDocValues keys;
        private int doc;
        private @Nullable Map<String, Value> payload;

        LeafPoint(LeafReader reader) throws IOException {
            this.reader = reader;
            this.payloads = DocValues.getBinary(reader, PointDocument.PAYLOAD);
            this.keys = DocValues.getBinary(reader, PointKey.FIELD);
        }

        @Override
        public Map<String, Value> payload() {
            try {
                if (payload == null) {
                    payload = payloads.advanceExact(doc) ? Payloads.read(payloads.binaryValue()) : Map.of();
                }
                return payload;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean is(PointKey key) {
            try {
                return keys.advanceExact(doc) && keys.binaryValue().equals(key.bytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean hasVector(String name) {
            try {
                return PointReader.hasVector(reader, doc, name);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
