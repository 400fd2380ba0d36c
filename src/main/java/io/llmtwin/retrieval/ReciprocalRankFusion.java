package io.llmtwin.retrieval;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): a passage's score is the sum, over the rankings
 * that it is in, of 1 / (k + rank), with ranks from 1 and k = 60.
 */
final class ReciprocalRankFusion {
    private static final int K = 60;

    /** The fused score of each passage of {@code rankings}, by its content. */
    Map<String, Double> scores(List<Ranking> rankings) {
        Map<String, Double> scores = new HashMap<>();
        for (Ranking ranking : rankings) {
            int rank = 0;
            for (Passage passage : ranking.passages()) {
                scores.merge(passage.content(), reciprocal(rank++), Double::sum);
            }
        }
        return scores;
    }

    /** What the passage at {@code rank}, counted from 0, adds to its fused score. */
    static double reciprocal(int rank) {
        return 1.0 / (K + rank + 1);
    }
}
