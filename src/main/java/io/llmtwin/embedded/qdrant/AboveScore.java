package io.llmtwin.embedded.qdrant;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.Collection;
import java.util.stream.IntStream;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;
import org.jspecify.annotations.Nullable;

/** Collects the documents whose score is at least some number, letting Lucene skip those that can't reach it. */
final class AboveScore extends SimpleCollector {
    private final float least;
    private final IntStream.Builder docs = IntStream.builder();
    private int docBase;
    private @Nullable Scorable scorer;

    /** Gives the documents in ascending order; without scores, all, if {@code least} is negative infinity. */
    record Manager(float least) implements CollectorManager<AboveScore, int[]> {
        @Override
        public AboveScore newCollector() {
            return new AboveScore(least);
        }

        @Override
        public int[] reduce(Collection<AboveScore> collectors) {
            return collectors.stream()
                    .flatMapToInt(collector -> collector.docs.build())
                    .sorted()
                    .toArray();
        }
    }

    private AboveScore(float least) {
        this.least = least;
    }

    @Override
    public ScoreMode scoreMode() {
        return least > 0 ? ScoreMode.TOP_SCORES : ScoreMode.COMPLETE_NO_SCORES;
    }

    @Override
    protected void doSetNextReader(LeafReaderContext context) {
        docBase = context.docBase;
    }

    @Override
    public void setScorer(Scorable scorer) throws IOException {
        this.scorer = scorer;
        if (least > 0) {
            scorer.setMinCompetitiveScore(least);
        }
    }

    @Override
    public void collect(int doc) throws IOException {
        if (least <= 0 || requireNonNull(scorer).score() >= least) {
            docs.add(docBase + doc);
        }
    }
}
