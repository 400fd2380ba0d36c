package io.llmtwin.embedded.qdrant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * The nearest points to a vector. A segment is searched through its graph if it has one and the filter leaves more than
 * {@link SegmentVectorsFormat#GRAPH_FROM_BYTES} of vectors, and otherwise by looking at every vector that passes, which
 * is how Qdrant's {@code full_scan_threshold} decides. Scores are always computed from the stored vectors; of equal
 * scores the lower id comes first.
 */
final class VectorSearch {
    /** Qdrant's {@code ef} where a request has none: candidates kept while walking a graph. */
    private static final int CANDIDATES = 128;

    private final Metric metric;
    private final float[] target;
    private final Settings settings;
    private final PointReader points;
    private final PriorityQueue<Hit> worstFirst;

    /**
     * What to look for: the best {@code top}, with scores better than {@code threshold} if there is one, looking at
     * everything if {@code exact}, and otherwise at {@code candidates} or more of each graph.
     */
    record Settings(int top, @Nullable Float threshold, boolean exact, int candidates) {}

    /** A point found, by its document. */
    record Hit(int doc, float score) {}

    private VectorSearch(PointReader points, Metric metric, float[] target, Settings settings) {
        this.metric = metric;
        this.target = target;
        this.settings = settings;
        this.points = points;
        this.worstFirst = new PriorityQueue<>((a, b) -> compare(b, a));
    }

    /** Searches for {@code target}, which is in stored form, among the points that pass {@code filter}; best first. */
    static List<Hit> run(
            IndexSearcher searcher, Metric metric, float[] target, @Nullable Query filter, Settings settings)
            throws IOException {
        VectorSearch search = new VectorSearch(new PointReader(searcher.getIndexReader()), metric, target, settings);
        Weight weight = filter == null
                ? null
                : searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            search.visit(leaf, weight);
        }
        return search.worstFirst.stream().sorted(search::compare).toList();
    }

    private void visit(LeafReaderContext leaf, @Nullable Weight filter) throws IOException {
        LeafReader reader = leaf.reader();
        FloatVectorValues vectors = reader.getFloatVectorValues(PointDocument.VECTOR);
        if (vectors == null) {
            return;
        }
        boolean walkable = !settings.exact() && SegmentVectorsFormat.hasGraph(reader);
        if (filter == null) {
            if (walkable && isLarge(reader.numDocs())) {
                walk(leaf, vectors, reader.getLiveDocs(), reader.numDocs());
            } else {
                scan(leaf, vectors, DocIdSetIterator.all(reader.maxDoc()));
            }
            return;
        }
        Scorer scorer = filter.scorer(leaf);
        if (scorer == null) {
            return;
        }
        if (walkable && isLarge(scorer.iterator().cost())) {
            FixedBitSet passing = passing(scorer.iterator(), reader);
            int count = passing.cardinality();
            if (isLarge(count)) {
                walk(leaf, vectors, passing, count);
            } else {
                scan(leaf, vectors, new BitSetIterator(passing, count));
            }
        } else {
            scan(leaf, vectors, scorer.iterator());
        }
    }

    private boolean isLarge(long points) {
        return points * target.length * Float.BYTES > SegmentVectorsFormat.GRAPH_FROM_BYTES;
    }

    private static FixedBitSet passing(DocIdSetIterator docs, LeafReader reader) throws IOException {
        FixedBitSet passing = new FixedBitSet(reader.maxDoc());
        Bits live = reader.getLiveDocs();
        for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
            if (live == null || live.get(doc)) {
                passing.set(doc);
            }
        }
        return passing;
    }

    private void walk(LeafReaderContext leaf, FloatVectorValues vectors, @Nullable Bits accepted, int count)
            throws IOException {
        int wanted = Math.max(settings.top(), settings.candidates() > 0 ? settings.candidates() : CANDIDATES);
        TopKnnCollector collector = new TopKnnCollector(Math.min(wanted, count), Integer.MAX_VALUE);
        leaf.reader().searchNearestVectors(PointDocument.VECTOR, target, collector, accepted);
        int[] docs = Arrays.stream(collector.topDocs().scoreDocs)
                .mapToInt((ScoreDoc found) -> found.doc)
                .sorted()
                .toArray();
        for (int doc : docs) {
            if (vectors.advance(doc) == doc) {
                offer(leaf.docBase + doc, metric.score(target, vectors.vectorValue()));
            }
        }
    }

    private void scan(LeafReaderContext leaf, FloatVectorValues vectors, DocIdSetIterator docs) throws IOException {
        Bits live = leaf.reader().getLiveDocs();
        for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
            if (live != null && !live.get(doc)) {
                continue;
            }
            if (vectors.docID() < doc) {
                vectors.advance(doc);
            }
            if (vectors.docID() == doc) {
                offer(leaf.docBase + doc, metric.score(target, vectors.vectorValue()));
            }
        }
    }

    private void offer(int doc, float score) {
        if (settings.threshold() != null && !metric.passes(score, settings.threshold())) {
            return;
        }
        Hit hit = new Hit(doc, score);
        if (worstFirst.size() < settings.top()) {
            worstFirst.add(hit);
        } else if (compare(hit, worstFirst.element()) < 0) {
            worstFirst.remove();
            worstFirst.add(hit);
        }
    }

    private int compare(Hit a, Hit b) {
        int byScore = metric.compare(a.score(), b.score());
        if (byScore != 0 || a.doc() == b.doc()) {
            return byScore;
        }
        try {
            return points.key(a.doc()).compareTo(points.key(b.doc()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
