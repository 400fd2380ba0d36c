package io.llmtwin.retrieval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code reranker}: has a {@link RelevanceModel} judge passages for a question, and orders them by its scores.
 * Passages that the model doesn't judge keep their order, behind those that it does.
 */
@Component("reranker")
public final class Reranker {
    /** Name of this stage in {@link Passage#scores()}. */
    static final String STAGE = "rerank";

    private final RelevanceModel model;
    private final int keep;

    Reranker(RelevanceModel model, RetrievalSettings settings) {
        this.model = model;
        this.keep = settings.keepTopK();
    }

    /**
     * The best {@code limit} of {@code passages} for {@code query}, best first; KEEP_TOP_K where it is null.
     *
     * @param depth how many of them the model reads at most; null for as many as it does by itself
     * @throws RuntimeException as the model does; the passages are then in no new order
     */
    public List<Passage> rerank(
            @Variable("query") String query,
            @Variable("limit") @Nullable Integer limit,
            @Variable("rerankDepth") @Nullable Integer depth,
            List<Passage> passages) {
        if (passages.isEmpty()) {
            return passages;
        }
        List<Passage> read = depth == null ? passages : passages.subList(0, Math.min(depth, passages.size()));
        return ranked(passages, model.scores(TextCleaner.clean(query), read)).stream()
                .limit(limit == null ? keep : limit)
                .map(Passage::withoutVector)
                .toList();
    }

    /**
     * {@code passages} with the first of them by {@code scores}, best first, and the others behind them. Equal scores
     * leave the order as it is.
     *
     * @throws IllegalStateException if a score is not finite or there are more scores than passages
     */
    static List<Passage> ranked(List<Passage> passages, List<Double> scores) {
        if (scores.size() > passages.size() || !scores.stream().allMatch(Double::isFinite)) {
            throw new IllegalStateException("the reranking model's scores are not one number for each passage");
        }
        List<Passage> judged = new ArrayList<>(passages.size());
        for (int i = 0; i < scores.size(); i++) {
            judged.add(passages.get(i).scored(STAGE, scores.get(i)));
        }
        judged.sort(Comparator.comparingDouble(Passage::score).reversed());
        double lowest = judged.isEmpty()
                ? Double.MAX_VALUE
                : judged.get(judged.size() - 1).score();
        passages.subList(scores.size(), passages.size()).forEach(passage -> judged.add(passage.notAbove(lowest)));
        return judged;
    }
}
