package io.llmtwin.retrieval;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fusion by scores: a passage is worth the mean, over the rankings, of its score scaled to 0 to 1, where 1 is the best
 * that the ranking found and 0 is a step below the last, the mean distance of its passages, because what it didn't find
 * is worth less than that. Scores say more than ranks (Bruch, Gai and Ingber, An Analysis of Fusion Functions for Hybrid
 * Retrieval, TOIS 2023).
 */
final class ScoreFusion {
    private ScoreFusion() {}

    /** The fused score of each passage of {@code rankings}, 0 to 1, by its content. */
    static Map<String, Double> scores(List<Ranking> rankings) {
        List<List<Passage>> found = rankings.stream()
                .map(Ranking::passages)
                .filter(passages -> !passages.isEmpty())
                .toList();
        Map<String, Double> scores = new HashMap<>();
        for (List<Passage> passages : found) {
            double best = passages.get(0).score();
            double last = passages.get(passages.size() - 1).score();
            double step = (best - last) / passages.size();
            for (Passage passage : passages) {
                double scaled = step > 0 ? (passage.score() - last + step) / (best - last + step) : 1;
                scores.merge(passage.content(), scaled / found.size(), Double::sum);
            }
        }
        return scores;
    }
}
