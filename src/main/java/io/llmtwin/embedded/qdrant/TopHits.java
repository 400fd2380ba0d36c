package io.llmtwin.embedded.qdrant;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The best of the points that are offered; of equal scores the lower id is better. */
final class TopHits {
    private final int size;
    private final Metric metric;
    private final @Nullable Float threshold;
    private final Comparator<Hit> bestFirst;
    private final PriorityQueue<Hit> worstFirst;

    /** Keeps {@code size}, with scores better than {@code threshold} if there is one. */
    TopHits(int size, Metric metric, @Nullable Float threshold, PointReader points) {
        this.size = size;
        this.metric = metric;
        this.threshold = threshold;
        this.bestFirst = bestFirst(metric, points);
        this.worstFirst = new PriorityQueue<>(bestFirst.reversed());
    }

    /** The order of points that {@code points} reads, by {@code metric}. */
    static Comparator<Hit> bestFirst(Metric metric, PointReader points) {
        return (a, b) -> {
            int byScore = metric.compare(a.score(), b.score());
            if (byScore != 0 || a.doc() == b.doc()) {
                return byScore;
            }
            try {
                return points.key(a.doc()).compareTo(points.key(b.doc()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    void offer(int doc, float score) {
        if (threshold != null && !metric.passes(score, threshold)) {
            return;
        }
        if (worstFirst.size() < size) {
            worstFirst.add(new Hit(doc, score));
            return;
        }
        Hit worst = worstFirst.element();
        if (metric.compare(score, worst.score()) > 0) {
            return;
        }
        Hit hit = new Hit(doc, score);
        if (bestFirst.compare(hit, worst) < 0) {
            worstFirst.remove();
            worstFirst.add(hit);
        }
    }

    boolean isFull() {
        return worstFirst.size() >= size;
    }

    /** The score of the worst that is kept, of which there must be one. */
    float worst() {
        return worstFirst.element().score();
    }

    /** What is kept, best first. */
    List<Hit> list() {
        return worstFirst.stream().sorted(bestFirst).toList();
    }
}
