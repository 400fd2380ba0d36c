package io.llmtwin.prompt;

import io.llmtwin.pipeline.RequestScope;
import io.llmtwin.retrieval.Passage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code contextBudget}: keeps the prompt within MAX_INPUT_TOKENS, and within what the model's own window
 * leaves beside an answer. What is held to it is the filled prompt. Where that is too long, neighbours that were joined
 * to a passage go first; then whole passages, the lowest ranked first, and the answer says so with the warning {@code
 * context_dropped}. Nothing is ever cut in the middle.
 */
@Component
public final class ContextBudget {
    /** More than the marks around a source usually take; where they take less, the next round drops what is left. */
    private static final int SOURCE_MARKS = 40;

    private final PromptSettings settings;
    private final ModelTokens tokens;

    ContextBudget(PromptSettings settings, ModelTokens tokens) {
        this.settings = settings;
        this.tokens = tokens;
    }

    /**
     * Lets {@code query} pass, before anything is spent on it.
     *
     * @throws PromptTooLongException if it doesn't fit into a prompt even alone
     */
    public String check(@Variable("query") String query) {
        // no token of a text is less than a byte of it
        if (query.getBytes(StandardCharsets.UTF_8).length > limit()) {
            int count = tokens.ofTexts(List.of(query)).get(0);
            if (count > limit()) {
                throw new PromptTooLongException(count, limit());
            }
        }
        return query;
    }

    /** The {@link Packing} of a request that begins. */
    public Packing begin() {
        return new Packing();
    }

    /** Whether the prompt in the variable {@code prompt} is too long; counts it. */
    public boolean isOver(Exchange exchange, @Variable("prompt") String prompt, @Variable("packing") Packing packing) {
        long begun = System.nanoTime();
        int count = tokens.ofPrompt(prompt);
        RequestScope.timings(exchange).upstream(begun, System.nanoTime());
        packing.counted(count);
        return count > limit();
    }

    /**
     * The passages to try after {@code passages} made a prompt that {@link #isOver}: without what was joined last, else
     * without as many of the last as are surely too many.
     *
     * @throws PromptTooLongException if there are none to leave out
     */
    public List<Passage> leaveOut(
            Exchange exchange, @Variable("passages") List<Passage> passages, @Variable("packing") Packing packing) {
        List<Passage> before = packing.undo();
        if (before != null) {
            return before;
        }
        if (passages.isEmpty()) {
            throw new PromptTooLongException(packing.tokens(), limit());
        }
        RequestScope.warn(exchange, "context_dropped");
        int over = packing.tokens() - limit();
        List<Integer> counts =
                counts(exchange, passages.stream().map(Passage::content).toList());
        int keep = passages.size();
        while (keep > 0 && over > 0) {
            keep--;
            over -= counts.get(keep) + SOURCE_MARKS;
        }
        return passages.subList(0, Math.min(keep, passages.size() - 1));
    }

    /** Tokens that the prompt filled last left free. */
    int room(Packing packing) {
        return limit() - packing.tokens();
    }

    /** Tokens of each of {@code texts}. */
    List<Integer> counts(Exchange exchange, List<String> texts) {
        long begun = System.nanoTime();
        List<Integer> counts = tokens.ofTexts(texts);
        RequestScope.timings(exchange).upstream(begun, System.nanoTime());
        return counts;
    }

    /** A completion has what MAX_TOTAL_TOKENS leaves it, but of a small window no more than half. */
    private int limit() {
        int window = tokens.window();
        int completion = Math.min(settings.maxTotalTokens() - settings.maxInputTokens(), window / 2);
        return Math.min(settings.maxInputTokens(), window - completion);
    }
}
