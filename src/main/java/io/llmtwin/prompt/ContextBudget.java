package io.llmtwin.prompt;

import io.llmtwin.pipeline.RequestScope;
import io.llmtwin.retrieval.Passage;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code contextBudget}: keeps the prompt within MAX_INPUT_TOKENS. Whole passages are left out, the lowest
 * ranked first, and the answer says so with the warning {@code context_dropped}; nothing is ever cut in the middle.
 */
@Component
public final class ContextBudget {
    /** What the template around question and sources, and the marks around each source, may take. */
    private static final int TEMPLATE_TOKENS = 200;

    private static final int SOURCE_TOKENS = 30;

    private final int maxInputTokens;

    ContextBudget(PromptSettings settings) {
        this.maxInputTokens = settings.maxInputTokens();
    }

    /**
     * The best of {@code passages} (which come best first) that fit beside {@code query}.
     *
     * @throws PromptTooLongException if the query alone doesn't fit
     */
    public List<Passage> pack(Exchange exchange, @Variable("query") String query, List<Passage> passages) {
        int left = leftBeside(query);
        List<Passage> packed = new ArrayList<>();
        for (Passage passage : passages) {
            left -= TokenEstimate.of(passage.content()) + TokenEstimate.of(SourceBlocks.title(passage)) + SOURCE_TOKENS;
            if (left < 0) {
                RequestScope.warn(exchange, "context_dropped");
                break;
            }
            packed.add(passage);
        }
        return packed;
    }

    /**
     * Lets {@code query} pass.
     *
     * @throws PromptTooLongException if it doesn't fit into a prompt even alone
     */
    public String check(@Variable("query") String query) {
        leftBeside(query);
        return query;
    }

    private int leftBeside(String query) {
        int limit = maxInputTokens - Math.min(TEMPLATE_TOKENS, maxInputTokens / 2);
        int tokens = TokenEstimate.of(query);
        if (tokens > limit) {
            throw new PromptTooLongException(tokens, limit);
        }
        return limit - tokens;
    }
}
