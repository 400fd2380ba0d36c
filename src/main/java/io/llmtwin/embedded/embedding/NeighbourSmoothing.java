package io.llmtwin.embedded.embedding;

import dev.langchain4j.data.embedding.Embedding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/**
 * Draws the score of each passage towards those of the passages most like it: what answers a question is like other
 * things that answer it (the cluster hypothesis), so a passage among good ones is better than its own score says
 * (score regularisation: Diaz, Regularizing ad hoc retrieval scores, CIKM 2005).
 */
final class NeighbourSmoothing {
    /** Passages most like one, itself not counted. */
    private static final int NEIGHBOURS = 6;
    /** Of a smoothed score, the part that is the neighbourhood's. */
    private static final double SHARE = 0.7;
    /** Rounds of averaging; a passage is reached by scores that are so many neighbours away. */
    private static final int ROUNDS = 5;

    private NeighbourSmoothing() {}

    /**
     * The smoothed scores.
     *
     * @param scores one for each passage
     * @param vectors one unit vector for each passage; one that has none keeps its score, and no other is drawn to it
     */
    static double[] smoothed(double[] scores, List<@Nullable Embedding> vectors) {
        List<int[]> neighbourhoods = neighbourhoods(vectors);
        double[] smoothed = scores.clone();
        for (int round = 0; round < ROUNDS; round++) {
            double[] next = new double[scores.length];
            for (int i = 0; i < scores.length; i++) {
                next[i] = (1 - SHARE) * scores[i] + SHARE * mean(smoothed, neighbourhoods.get(i));
            }
            smoothed = next;
        }
        return smoothed;
    }

    /** For each passage the indexes of it and of those most like it; of equals, the earlier. */
    private static List<int[]> neighbourhoods(List<@Nullable Embedding> vectors) {
        List<int[]> neighbourhoods = new ArrayList<>(vectors.size());
        for (int i = 0; i < vectors.size(); i++) {
            neighbourhoods.add(neighbourhood(i, vectors));
        }
        return neighbourhoods;
    }

    private static int[] neighbourhood(int passage, List<@Nullable Embedding> vectors) {
        Embedding vector = vectors.get(passage);
        if (vector == null) {
            return new int[] {passage};
        }
        List<Neighbour> others = new ArrayList<>(vectors.size());
        for (int i = 0; i < vectors.size(); i++) {
            Embedding other = vectors.get(i);
            if (other != null) {
                others.add(new Neighbour(i, VectorUtil.dotProduct(vector.vector(), other.vector())));
            }
        }
        return others.stream()
                .sorted(Comparator.comparingDouble(Neighbour::similarity)
                        .reversed()
                        .thenComparing(Neighbour::index))
                .limit(NEIGHBOURS + 1)
                .mapToInt(Neighbour::index)
                .toArray();
    }

    private static double mean(double[] scores, int[] indexes) {
        double sum = 0;
        for (int index : indexes) {
            sum += scores[index];
        }
        return sum / indexes.length;
    }

    private record Neighbour(int index, double similarity) {}
}
