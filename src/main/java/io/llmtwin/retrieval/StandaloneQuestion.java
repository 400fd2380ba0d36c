package io.llmtwin.retrieval;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code standaloneQuestion}: reads, out of a model's answer, a question that can be understood without the
 * conversation before it. Only what stands in {@code <question>…</question>} counts.
 */
@Component
public final class StandaloneQuestion {
    private static final Pattern QUESTION = Pattern.compile("<question>([^<>]*)</question>");
    private static final int MAX_LENGTH = 1_000;

    StandaloneQuestion() {}

    /**
     * The question in {@code answer}.
     *
     * @throws IllegalArgumentException if it holds none, as the answer of a model that can only quote
     */
    public String parse(@Nullable String answer) {
        Matcher question = QUESTION.matcher(answer == null ? "" : answer);
        String found = question.find() ? TextCleaner.clean(question.group(1)).replace('\n', ' ') : "";
        if (found.isEmpty() || found.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("the model wrote no question");
        }
        return found;
    }
}
