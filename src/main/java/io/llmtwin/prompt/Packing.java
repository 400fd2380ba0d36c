package io.llmtwin.prompt;

import io.llmtwin.retrieval.Passage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the prompt of one request stands: the conversation before it, the tokens it had when it was last filled, and the
 * passages before each join, so that joins can be undone, the last first. Made anew for each request, in its variable {@code packing}.
 */
public final class Packing {
    private final Deque<List<Passage>> before = new ArrayDeque<>();
    private final CountedConversation conversation;
    private int reserved;
    private int tokens;

    /** @param reserved tokens of the conversation that passages may not take from it */
    Packing(CountedConversation conversation, int reserved) {
        this.conversation = conversation;
        this.reserved = reserved;
    }

    CountedConversation conversation() {
        return conversation;
    }

    int reserved() {
        return reserved;
    }

    /** Leaves to the prompt what was reserved for turns; instructions stay. Whether there was anything. */
    boolean giveUpTurns() {
        boolean had = reserved > conversation.instructions();
        reserved = conversation.instructions();
        return had;
    }

    int tokens() {
        return tokens;
    }

    void counted(int tokens) {
        this.tokens = tokens;
    }

    /** Notes the passages that something is about to be joined to. */
    void joinTo(List<Passage> passages) {
        before.push(passages);
    }

    /** The passages before the last join that isn't undone yet; null if there is none. */
    @Nullable
    List<Passage> undo() {
        return before.poll();
    }
}
