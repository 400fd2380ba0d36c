package io.llmtwin.embedded.qdrant;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnCollector;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.knn.MultiLeafKnnCollector;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.apache.lucene.util.hnsw.BlockingFloatHeap;
import org.jspecify.annotations.Nullable;

/**
 * The nearest points to a vector. A segment is searched through its graph if it has one and the filter leaves more than
 * {@link SegmentVectorsFormat#GRAPH_FROM_BYTES} of vectors, and otherwise by looking at every vector that passes, which
 * is how Qdrant's {@code full_scan_threshold} decides. Scores are always computed from the stored vectors; of equal
 * scores the lower id comes first.
 */
final class VectorSearch {
    /** Candidates kept while walking a graph where a request has no {@code hnsw_ef}; a server keeps 100. */
    private static final int CANDIDATES = 128;

    private final DenseSpace space;
    private final float[] target;
    private final SearchSettings settings;
    private final TopHits best;
    private final int candidates;

    /** The similarities of the best candidates of all graphs, so that one without better ones is soon left. */
    private final BlockingFloatHeap competition;

    private VectorSearch(PointReader points, DenseSpace space, float[] target, SearchSettings settings) {
        this.space = space;
        this.target = target;
        this.settings = settings;
        this.best = new TopHits(settings.top(), space.metric(), settings.threshold(), points);
        this.candidates = Math.max(settings.top(), settings.candidates() > 0 ? settings.candidates() : CANDIDATES);
        this.competition = new BlockingFloatHeap(candidates);
    }

    /** Searches for {@code target}, which is in stored form, among the points that pass {@code filter}; best first. */
    static List<Hit> run(
            IndexSearcher searcher, DenseSpace space, float[] target, @Nullable Query filter, SearchSettings settings)
            throws IOException {
        VectorSearch search = new VectorSearch(new PointReader(searcher.getIndexReader()), space, target, settings);
        Weight weight = filter == null
                ? null
                : searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            search.visit(leaf, weight);
        }
        return search.best.list();
    }

    private void visit(LeafReaderContext leaf, @Nullable Weight filter) throws IOException {
        LeafReader reader = leaf.reader();
        FloatVectorValues vectors = reader.getFloatVectorValues(space.field());
        if (vectors == null) {
            return;
        }
        boolean walkable = !settings.exact() && SegmentVectorsFormat.hasGraph(reader, space.field());
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
        int kept = Math.min(candidates, count);
        KnnCollector collector =
                new MultiLeafKnnCollector(kept, competition, new TopKnnCollector(kept, Integer.MAX_VALUE));
        leaf.reader().searchNearestVectors(space.field(), target, collector, accepted);
        int[] docs = Arrays.stream(collector.topDocs().scoreDocs)
                .mapToInt((ScoreDoc found) -> found.doc)
                .sorted()
                .toArray();
        for (int doc : docs) {
            if (vectors.advance(doc) == doc) {
                best.offer(leaf.docBase + doc, space.metric().score(target, vectors.vectorValue()));
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
                best.offer(leaf.docBase + doc, space.metric().score(target, vectors.vectorValue()));
            }
        }
    }
}
