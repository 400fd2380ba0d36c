package io.llmtwin.retrieval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the searches found passages worth, as one number for each: the mean over the kinds of search (dense, BM25) of the
 * passage's score, scaled to 0 to 1 among the passages that the kind found and 0 where it didn't find it. Scores say more
 * than ranks (Bruch, Gai and Ingber, An Analysis of Fusion Functions for Hybrid Retrieval, TOIS 2023).
 */
final class SearchScores {
    /** Stages that rank what others found. */
    private static final Set<String> NO_SEARCHES = Set.of(Fusion.STAGE, Reranker.STAGE);

    private SearchScores() {}

    /** 0 to 1 for each of {@code passages}; by their score where no search left one. */
    static List<Double> of(List<Passage> passages) {
        Set<String> searches = new TreeSet<>();
        passages.forEach(passage -> searches.addAll(passage.scores().keySet()));
        searches.removeAll(NO_SEARCHES);
        double[] sums = new double[passages.size()];
        for (String search : searches) {
            add(
                    sums,
                    passages.stream()
                            .map(passage -> passage.scores().get(search))
                            .toList());
        }
        if (searches.isEmpty()) {
            add(sums, passages.stream().map(Passage::score).toList());
        }
        int kinds = Math.max(1, searches.size());
        return Arrays.stream(sums).map(sum -> sum / kinds).boxed().toList();
    }

    private static void add(double[] sums, List<Double> scores) {
        List<Double> known = new ArrayList<>();
        scores.stream().filter(score -> score != null).forEach(known::add);
        double least = known.stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double range = known.stream().mapToDouble(Double::doubleValue).max().orElse(0) - least;
        for (int i = 0; i < sums.length; i++) {
            if (scores.get(i) != null) {
                sums[i] += range > 0 ? (scores.get(i) - least) / range : 1;
            }
        }
    }
}
