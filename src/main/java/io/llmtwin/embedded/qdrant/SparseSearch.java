package io.llmtwin.embedded.qdrant;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.document.FeatureField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.jspecify.annotations.Nullable;

/**
 * The points with the greatest inner product with a sparse vector. Lucene ranks them by the weights in its postings, and
 * skips those that can't be among the best by their impacts (Ding and Suel, Faster Top-k Document Retrieval Using
 * Block-Max Indexes, 2011). As those weights are truncated, the candidates are scored again by the vectors themselves,
 * and enough of them are taken to be sure: a point's score is at most {@link #ERROR} more than its postings say. Where a
 * weight isn't positive that is no bound, and every point that shares a dimension with the vector is scored.
 */
final class SparseSearch {
    /** A score over what the postings say it is, at most: the truncation, and room for sums that are rounded. */
    private static final float ERROR = 1 + SparseSpace.TRUNCATION + 1e-4f;

    /** Candidates beyond those wanted; so many that one look at the postings nearly always is enough. */
    private static final int MORE_CANDIDATES = 48;

    private final IndexSearcher searcher;
    private final SparseSpace space;
    private final SparseValue target;
    private final @Nullable Query filter;
    private final SearchSettings settings;

    private SparseSearch(
            IndexSearcher searcher,
            SparseSpace space,
            SparseValue target,
            @Nullable Query filter,
            SearchSettings settings) {
        this.searcher = searcher;
        this.space = space;
        this.target = target;
        this.filter = filter;
        this.settings = settings;
    }

    /** Searches for {@code target} among the points that pass {@code filter}; best first. */
    static List<Hit> run(
            IndexSearcher searcher,
            SparseSpace space,
            SparseValue target,
            @Nullable Query filter,
            SearchSettings settings)
            throws IOException {
        SparseValue weighted = space.idf() ? weighted(searcher, space, target) : target;
        return new SparseSearch(searcher, space, weighted, filter, settings).best();
    }

    /**
     * {@code target} with its weights multiplied by their dimensions' inverse document frequency, in the form of BM25
     * that is never negative: ln(1 + (N - n + 0.5) / (n + 0.5)), of N vectors that aren't empty, n of which have a weight
     * for the dimension.
     */
    private static SparseValue weighted(IndexSearcher searcher, SparseSpace space, SparseValue target)
            throws IOException {
        float all = frequency(searcher, space.anyTerm());
        float[] weights = new float[target.size()];
        for (int i = 0; i < weights.length; i++) {
            int index = target.indices()[i];
            float some = frequency(searcher, space.term(index)) + frequency(searcher, space.otherTerm(index));
            weights[i] = target.weights()[i] * (float) Math.log((all - some + 0.5f) / (some + 0.5f) + 1);
        }
        return new SparseValue(target.indices(), weights);
    }

    /** How many vectors have {@code term}; Lucene's own number has those that were deleted, until they are merged away. */
    private static int frequency(IndexSearcher searcher, Term term) throws IOException {
        IndexReader reader = searcher.getIndexReader();
        return reader.hasDeletions() ? searcher.count(new TermQuery(term)) : reader.docFreq(term);
    }

    private List<Hit> best() throws IOException {
        if (target.size() == 0) {
            return List.of();
        }
        return isBounded() ? byImpacts() : exhaustively();
    }

    /** Whether no weight that counts can make a score less than the postings say. */
    private boolean isBounded() throws IOException {
        for (int i = 0; i < target.size(); i++) {
            boolean everywhereAFeature = searcher.getIndexReader().docFreq(space.otherTerm(target.indices()[i])) == 0;
            if (!SparseSpace.isFeature(target.weights()[i]) || !everywhereAFeature) {
                return false;
            }
        }
        return true;
    }

    private List<Hit> byImpacts() throws IOException {
        float scale = 0;
        for (float weight : target.weights()) {
            scale = Math.max(scale, weight);
        }
        Query query = features(scale);
        int wanted = (int) Math.min(
                (long) settings.top() * 2 + MORE_CANDIDATES,
                Math.max(1, searcher.getIndexReader().maxDoc()));
        ScoreDoc[] candidates = searcher.search(query, new TopScoreDocCollectorManager(wanted, wanted)).scoreDocs;
        TopHits best = scored(docs(candidates));
        if (candidates.length < wanted) {
            return best.list();
        }
        float unseen = candidates[wanted - 1].score * scale * ERROR;
        float needed = best.isFull() ? best.worst() : Float.NEGATIVE_INFINITY;
        if (settings.threshold() != null) {
            needed = Math.max(needed, settings.threshold());
        }
        if (unseen < needed) {
            return best.list();
        }
        return scored(searcher.search(query, new AboveScore.Manager(needed / (scale * ERROR))))
                .list();
    }

    private List<Hit> exhaustively() throws IOException {
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        for (int index : target.indices()) {
            any.add(new TermQuery(space.term(index)), Occur.SHOULD);
            any.add(new TermQuery(space.otherTerm(index)), Occur.SHOULD);
        }
        return scored(searcher.search(filtered(any.build()), new AboveScore.Manager(Float.NEGATIVE_INFINITY)))
                .list();
    }

    /** Scores by the postings, over {@code scale}, which keeps weights in the range that Lucene takes. */
    private Query features(float scale) {
        BooleanQuery.Builder sum = new BooleanQuery.Builder();
        for (int i = 0; i < target.size(); i++) {
            Query one = FeatureField.newLinearQuery(space.featuresField(), SparseSpace.feature(target.indices()[i]), 1);
            sum.add(new BoostQuery(one, target.weights()[i] / scale), Occur.SHOULD);
        }
        return filtered(sum.build());
    }

    private Query filtered(Query query) {
        return filter == null
                ? query
                : new BooleanQuery.Builder()
                        .add(query, Occur.MUST)
                        .add(filter, Occur.FILTER)
                        .build();
    }

    /** The best of {@code docs}, which are in ascending order, by their vectors; a score of 0 is no hit. */
    private TopHits scored(int[] docs) throws IOException {
        TopHits best = new TopHits(
                settings.top(), space.metric(), settings.threshold(), new PointReader(searcher.getIndexReader()));
        List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
        int next = 0;
        while (next < docs.length) {
            LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(docs[next], leaves));
            int end = leaf.docBase + leaf.reader().maxDoc();
            BinaryDocValues vectors = DocValues.getBinary(leaf.reader(), space.field());
            for (; next < docs.length && docs[next] < end; next++) {
                if (vectors.advanceExact(docs[next] - leaf.docBase)) {
                    float score = target.dot(vectors.binaryValue());
                    if (score != 0) {
                        best.offer(docs[next], score);
                    }
                }
            }
        }
        return best;
    }

    private static int[] docs(ScoreDoc[] candidates) {
        return Arrays.stream(candidates)
                .mapToInt((ScoreDoc candidate) -> candidate.doc)
                .sorted()
                .toArray();
    }
}
