package io.llmtwin.embedded.embedding;

import com.google.common.primitives.Doubles;
import dev.langchain4j.data.embedding.Embedding;
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
    private static final int PASSAGE_TOKENS = 160;

    private static final int QUESTION_TOKENS = 128;

    private final OnnxEmbeddingModel model;
    private final Duration limit;

    /**
     * Reranks by the token vectors of {@code model}.
     *
     * @param limit how long the passages of one question may take
     */
    public LateInteraction(OnnxEmbeddingModel model, Duration limit) {
        this.model = model;
        this.limit = limit;
    }

    /**
     * A score for each of {@code passages}, in their order, greater for those that answer {@code question} better: the
     * mean of its MaxSim and of what the search found it worth, both scaled to 0 to 1 among these passages, smoothed over
     * the passages that are like it.
     *
     * @param found the search's score for each passage
     * @return 0 to 1 each
     * @throws CompletionException if reading the passages fails, takes longer than the limit, or the calling thread is
     *     interrupted; what has not been read then stays unread
     */
    public List<Double> scores(String question, List<String> passages, List<Double> found) {
        TokenVectors asked = model.tokenVectors(question, QUESTION_TOKENS);
        double[] weights = TokenWeights.of(asked.ids());
        List<Reading> readings = model.sideBySide(
                true,
                passages.stream()
                        .map(passage -> (Callable<Reading>) () -> read(asked, weights, passage))
                        .toList(),
                limit);
        double[] late = scaled(readings.stream().mapToDouble(Reading::maxSim).toArray());
        double[] first = scaled(found.stream().mapToDouble(Double::doubleValue).toArray());
        double[] both = new double[late.length];
        Arrays.setAll(both, i -> (late[i] + first[i]) / 2);
        List<float[]> vectors =
                readings.stream().map(reading -> reading.vector().vector()).toList();
        return Doubles.asList(NeighbourSmoothing.smoothed(both, vectors));
    }

    private Reading read(TokenVectors asked, double[] weights, String passage) {
        TokenVectors tokens = model.tokenVectors(passage, PASSAGE_TOKENS);
        return new Reading(asked.maxSim(weights, tokens), Embedding.from(tokens.ofText()));
    }

    /** {@code scores} with the least as 0 and the greatest as 1; all 0 where they are equal. */
    private static double[] scaled(double[] scores) {
        double least = Arrays.stream(scores).min().orElse(0);
        double range = Arrays.stream(scores).max().orElse(0) - least;
        return Arrays.stream(scores)
                .map(score -> range > 0 ? (score - least) / range : 0)
                .toArray();
    }

    private record Reading(double maxSim, Embedding vector) {}
}
