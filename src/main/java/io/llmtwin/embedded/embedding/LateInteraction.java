package io.llmtwin.embedded.embedding;

import com.google.common.primitives.Doubles;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;

/**
 * A reranker that needs no model of its own: the embedding model's vectors of single tokens, question against passage.
 * The passages are read side by side, ahead of what is embedded in the background. Thread-safe.
 */
public final class LateInteraction {
    /** Tokens of a passage that are read. More rank no better and cost more; docs/decisions has the numbers. */
    private static final int PASSAGE_TOKENS = 256;

    private static final int QUESTION_TOKENS = 128;

    private final OnnxEmbeddingModel model;
    private final int depth;
    private final Duration limit;

    /**
     * Reranks by the token vectors of {@code model}.
     *
     * @param depth how many of a question's candidates are read
     * @param limit how long reading them may take
     */
    public LateInteraction(OnnxEmbeddingModel model, int depth, Duration limit) {
        this.model = model;
        this.depth = depth;
        this.limit = limit;
    }

    /**
     * A score for each of {@code candidates}, in their order, greater for those that answer {@code question} better: the
     * mean of its MaxSim and of what the search found it worth, both scaled to 0 to 1 among these candidates, smoothed
     * over the candidates that are like it. Where it has not been read, being behind the first {@code depth}, the
     * search's word counts twice.
     *
     * @param candidates best first
     * @return 0 to 1 each
     * @throws CompletionException if reading the candidates fails, takes longer than the limit, or the calling thread is
     *     interrupted; what has not been read then stays unread
     */
    public List<Double> scores(String question, List<Candidate> candidates) {
        TokenVectors asked = model.tokenVectors(question, QUESTION_TOKENS);
        double[] weights = TokenWeights.of(asked.ids());
        List<Double> read = model.sideBySide(
                true,
                candidates.stream()
                        .limit(depth)
                        .map(candidate -> (Callable<Double>)
                                () -> asked.maxSim(weights, model.tokenVectors(candidate.text(), PASSAGE_TOKENS)))
                        .toList(),
                limit);
        double[] late = scaled(Doubles.toArray(read));
        double[] scores =
                scaled(candidates.stream().mapToDouble(Candidate::found).toArray());
        for (int i = 0; i < late.length; i++) {
            scores[i] = (late[i] + scores[i]) / 2;
        }
        return Doubles.asList(NeighbourSmoothing.smoothed(
                scores, candidates.stream().map(Candidate::vector).toList()));
    }

    /** {@code scores} with the least as 0 and the greatest as 1; all 0 where they are equal. */
    private static double[] scaled(double[] scores) {
        double least = Arrays.stream(scores).min().orElse(0);
        double range = Arrays.stream(scores).max().orElse(0) - least;
        return Arrays.stream(scores)
                .map(score -> range > 0 ? (score - least) / range : 0)
                .toArray();
    }
}
