package io.llmtwin.embedded.qdrant;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Several rankings of points as one, as Qdrant makes it; what it leaves to chance, the order of equal scores, is by id. */
final class Fusion {
    private final Map<Integer, Float> scores = new LinkedHashMap<>();

    private Fusion() {}

    /** Sums of 1 / (k + rank), where the first rank is 0. */
    static List<Hit> byReciprocalRank(int k, List<List<Hit>> sources, PointReader points) {
        Fusion fusion = new Fusion();
        for (List<Hit> source : sources) {
            for (int rank = 0; rank < source.size(); rank++) {
                fusion.add(source.get(rank).doc(), 1 / (rank + 1 + Integer.toUnsignedLong(k) - 1f));
            }
        }
        return fusion.sorted(points);
    }

    /** Sums of scores, of which each source's mean less and plus three standard deviations become 0 and 1. */
    static List<Hit> byScoreDistribution(List<List<Hit>> sources, PointReader points) {
        Fusion fusion = new Fusion();
        for (List<Hit> source : sources) {
            float mean = 0;
            float squares = 0;
            for (int i = 0; i < source.size(); i++) {
                float score = source.get(i).score();
                float before = score - mean;
                mean += before / (i + 1);
                squares += before * (score - mean);
            }
            float deviation = (float) Math.sqrt(squares / (source.size() - 1f));
            float low = mean - 3 * deviation;
            float high = mean + 3 * deviation;
            for (Hit hit : source) {
                boolean alike = source.size() == 1 || low == high;
                fusion.add(hit.doc(), alike ? 0.5f : (hit.score() - low) / (high - low));
            }
        }
        return fusion.sorted(points);
    }

    private void add(int doc, float score) {
        scores.merge(doc, score, Float::sum);
    }

    private List<Hit> sorted(PointReader points) {
        Comparator<Hit> bestFirst = TopHits.bestFirst(Metric.DOT, points);
        return scores.entrySet().stream()
                .map(entry -> new Hit(entry.getKey(), entry.getValue()))
                .sorted(bestFirst)
                .toList();
    }
}
