package io.llmtwin.embedded.qdrant;

import java.io.IOException;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiBits;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/** The points of a collection, or those that pass a filter, in the order of their ids. */
final class Scroll {
    private final IndexReader reader;
    private final @Nullable Bits passing;

    /** What is done with each point; false ends the scroll. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(PointKey key, int doc) throws IOException;
    }

    Scroll(IndexSearcher searcher, @Nullable Query filter) throws IOException {
        this.reader = searcher.getIndexReader();
        this.passing = filter == null ? null : passing(searcher, filter);
    }

    /** Visits the point {@code start} and those after it, or all. */
    void from(@Nullable PointKey start, Visitor visitor) throws IOException {
        Terms terms = MultiTerms.getTerms(reader, PointKey.FIELD);
        if (terms == null) {
            return;
        }
        TermsEnum keys = terms.iterator();
        boolean found = start == null ? keys.next() != null : keys.seekCeil(start.bytes()) != TermsEnum.SeekStatus.END;
        Bits live = MultiBits.getLiveDocs(reader);
        PostingsEnum postings = null;
        while (found) {
            postings = keys.postings(postings, PostingsEnum.NONE);
            int doc = postings.nextDoc();
            while (doc != DocIdSetIterator.NO_MORE_DOCS && live != null && !live.get(doc)) {
                doc = postings.nextDoc();
            }
            boolean passes = doc != DocIdSetIterator.NO_MORE_DOCS && (passing == null || passing.get(doc));
            if (passes && !visitor.visit(PointKey.read(keys.term()), doc)) {
                return;
            }
            found = keys.next() != null;
        }
    }

    /** The documents that pass {@code filter} and are not deleted. */
    static Bits passing(IndexSearcher searcher, Query filter) throws IOException {
        FixedBitSet passing =
                new FixedBitSet(Math.max(1, searcher.getIndexReader().maxDoc()));
        Weight weight = searcher.createWeight(searcher.rewrite(filter), ScoreMode.COMPLETE_NO_SCORES, 1);
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            Scorer scorer = weight.scorer(leaf);
            if (scorer == null) {
                continue;
            }
            Bits live = leaf.reader().getLiveDocs();
            DocIdSetIterator docs = scorer.iterator();
            for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
                if (live == null || live.get(doc)) {
                    passing.set(leaf.docBase + doc);
                }
            }
        }
        return passing;
    }
}
