package io.llmtwin.prompt;

import io.llmtwin.llm.Conversation;
import io.llmtwin.llm.LlmLimits;
import io.llmtwin.pipeline.Lifetime;
import io.llmtwin.pipeline.RequestScope;
import io.llmtwin.retrieval.Passage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code contextBudget}: keeps the prompt within MAX_INPUT_TOKENS, and the prompt with the conversation before it
 * within what the model's window leaves beside an answer. What is held to it is the filled prompt. Where that is too
 * long, neighbours that were joined to a passage go first; then whole passages, the lowest ranked first, and the answer
 * says so with the warning {@code context_dropped}. The latest turns of the conversation have up to half of the room for
 * themselves; older ones get what the prompt leaves, and where that is not enough the answer says so with the warning
 * {@code conversation_trimmed}. Nothing is ever cut in the middle.
 */
@Component
public final class ContextBudget {
    /** More than the marks around a source usually take; where they take less, the next round drops what is left. */
    private static final int SOURCE_MARKS = 40;

    private final LlmLimits limits;
    private final ModelTokens tokens;

    ContextBudget(LlmLimits limits, ModelTokens tokens) {
        this.limits = limits;
        this.tokens = tokens;
    }

    /**
     * Lets {@code query} pass, before anything is spent on it.
     *
     * @throws PromptTooLongException if it doesn't fit into a prompt even alone
     */
    public String check(Exchange exchange, @Variable("query") String query) {
        int limit = Math.min(limits.maxInputTokens(), input(exchange));
        // no token of a text is less than a byte of it
        if (query.getBytes(StandardCharsets.UTF_8).length > limit) {
            int count = counts(exchange, List.of(query)).get(0);
            if (count > limit) {
                throw PromptTooLongException.ofQuestion(count, limit);
            }
        }
        return query;
    }

    /** The {@link Packing} of a request that begins, after the {@link Conversation} in its variable of that name. */
    public Packing begin(Exchange exchange) {
        Conversation conversation = exchange.getVariable("conversation", Conversation.NONE, Conversation.class);
        CountedConversation counted = conversation.equals(Conversation.NONE)
                ? new CountedConversation(conversation, 0, List.of())
                : CountedConversation.of(conversation, counts(exchange, CountedConversation.texts(conversation)));
        return new Packing(counted, counted.within(input(exchange) / 2).tokens());
    }

    /** Whether the prompt in the variable {@code prompt} is too long; counts it. */
    public boolean isOver(Exchange exchange, @Variable("prompt") String prompt, @Variable("packing") Packing packing) {
        packing.counted(awaited(exchange, tokens.ofPrompt(prompt)));
        return packing.tokens() > limit(exchange, packing);
    }

    /**
     * The passages to try after {@code passages} made a prompt that {@link #isOver}: without what was joined last, else
     * without as many of the last as are surely too many. Where there are none, turns of the conversation give way.
     *
     * @throws PromptTooLongException if nothing can be left out any more
     */
    public List<Passage> leaveOut(
            Exchange exchange, @Variable("passages") List<Passage> passages, @Variable("packing") Packing packing) {
        List<Passage> before = packing.undo();
        if (before != null) {
            return before;
        }
        if (passages.isEmpty()) {
            if (packing.giveUpTurns()) {
                return passages;
            }
            throw tooLong(exchange, packing);
        }
        RequestScope.warn(exchange, "context_dropped");
        int over = packing.tokens() - limit(exchange, packing);
        List<Integer> counts =
                counts(exchange, passages.stream().map(Passage::content).toList());
        int keep = passages.size();
        while (keep > 0 && over > 0) {
            keep--;
            over -= counts.get(keep) + SOURCE_MARKS;
        }
        return passages.subList(0, Math.min(keep, passages.size() - 1));
    }

    /** The conversation that there is room for before the prompt filled last. */
    public Conversation conversation(Exchange exchange, @Variable("packing") Packing packing) {
        CountedConversation all = packing.conversation();
        CountedConversation fitting = all.within(input(exchange) - packing.tokens());
        if (fitting.turns().size() < all.turns().size()) {
            RequestScope.warn(exchange, "conversation_trimmed");
        }
        return fitting.conversation();
    }

    /** Tokens that the prompt filled last left free. */
    int room(Exchange exchange, Packing packing) {
        return limit(exchange, packing) - packing.tokens();
    }

    /** Tokens of each of {@code texts}. */
    List<Integer> counts(Exchange exchange, List<String> texts) {
        return awaited(exchange, tokens.ofTexts(texts));
    }

    private PromptTooLongException tooLong(Exchange exchange, Packing packing) {
        int input = input(exchange);
        int alone = Math.min(limits.maxInputTokens(), input);
        return packing.tokens() > alone
                ? PromptTooLongException.ofQuestion(packing.tokens(), alone)
                : PromptTooLongException.ofInstructions(packing.reserved(), input);
    }

    private int limit(Exchange exchange, Packing packing) {
        return Math.min(limits.maxInputTokens(), input(exchange) - packing.reserved());
    }

    /** What the model can read before the answer that the client may get. */
    private int input(Exchange exchange) {
        int completion = limits.completionTokens(tokens.window());
        int asked = exchange.getVariable("maxTokens", completion, Integer.class);
        return limits.inputTokens(tokens.window(), Math.min(asked, completion));
    }

    /** Waits for {@code counting} no longer than the request of {@code exchange} lasts. */
    private static <T> T awaited(Exchange exchange, CompletableFuture<T> counting) {
        Lifetime lifetime = RequestScope.lifetime(exchange);
        long begun = System.nanoTime();
        Lifetime.Registration call = lifetime.call(() -> counting.cancel(false));
        try {
            return counting.join();
        } catch (CancellationException e) {
            lifetime.check();
            throw e;
        } finally {
            call.close();
            RequestScope.timings(exchange).upstream(begun, System.nanoTime());
        }
    }
}
