package io.llmtwin.retrieval;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code passageNumbers}: has a language model order passages by their numbers alone, so that nothing it writes
 * can become a passage (the listwise ranking of Sun et al., Is ChatGPT Good at Search?, EMNLP 2023).
 */
@Component
public final class PassageNumbers {
    private static final Pattern RANKING = Pattern.compile("<ranking>([^<]*)</ranking>");
    private static final String NUMBER = "\\[?(\\d{1,3})]?";
    private static final Pattern NUMBERS = Pattern.compile(NUMBER + "(?:\\s*[>,\\s]\\s*" + NUMBER + ")*");
    private static final Pattern ONE = Pattern.compile("\\d+");

    private final int depth;
    private final int keep;

    PassageNumbers(RerankSettings settings, RetrievalSettings retrieval) {
        this.depth = settings.depth();
        this.keep = retrieval.keepTopK();
    }

    /** For each of the first RERANK_DEPTH {@code passages} a map of {@code number}, from 1, and {@code content}. */
    public List<Map<String, Object>> of(List<Passage> passages) {
        List<Map<String, Object>> numbered = new ArrayList<>();
        for (Passage passage : passages.subList(0, Math.min(depth, passages.size()))) {
            numbered.add(Map.of("number", numbered.size() + 1, "content", passage.content()));
        }
        return numbered;
    }

    /**
     * The best {@code limit} of {@code passages} in the order of the numbers in {@code answer}; KEEP_TOP_K where it is
     * null. Passages that the answer leaves out follow in the order they had. A number that stands for no passage, or
     * stands there a second time, counts for nothing.
     *
     * @param answer numbers with or without brackets between {@code >}, commas or spaces, between {@code <ranking>} and
     *     {@code </ranking>} or alone
     * @throws IllegalArgumentException if it is anything else, or has no passage's number
     */
    public List<Passage> ranked(
            @Variable("found") List<Passage> passages,
            @Variable("limit") @Nullable Integer limit,
            @Nullable String answer) {
        int judged = Math.min(depth, passages.size());
        Set<Integer> order = new LinkedHashSet<>();
        Matcher number = ONE.matcher(ranking(answer));
        while (number.find()) {
            int index = Integer.parseInt(number.group()) - 1;
            if (index >= 0 && index < judged) {
                order.add(index);
            }
        }
        if (order.isEmpty()) {
            throw new IllegalArgumentException("the model's ranking has no passage's number");
        }
        for (int index = 0; index < judged; index++) {
            order.add(index);
        }
        Double[] scores = new Double[judged];
        int place = 0;
        for (int index : order) {
            scores[index] = 1.0 / ++place;
        }
        return Reranker.ranked(passages, List.of(scores)).stream()
                .limit(limit == null ? keep : limit)
                .toList();
    }

    private static String ranking(@Nullable String answer) {
        String text = answer == null ? "" : answer;
        Matcher marked = RANKING.matcher(text);
        String ranking = (marked.find() ? marked.group(1) : text).strip();
        if (!NUMBERS.matcher(ranking).matches()) {
            throw new IllegalArgumentException("the model's answer is no ranking of numbers");
        }
        return ranking;
    }
}
