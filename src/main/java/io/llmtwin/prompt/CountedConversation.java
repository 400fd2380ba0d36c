package io.llmtwin.prompt;

import io.llmtwin.llm.ChatRequest.ChatMessage;
import io.llmtwin.llm.Conversation;
import java.util.ArrayList;
import java.util.List;

/**
 * A conversation with the tokens of its parts. Immutable.
 *
 * @param instructions tokens of its instructions
 * @param turns tokens of each of its turns, in their order
 */
record CountedConversation(Conversation conversation, int instructions, List<Integer> turns) {
    /** More than a chat template puts around a message: Mistral's has nine at most, ChatML and Llama's have five. */
    private static final int MARKS = 10;

    /** The texts to be counted for {@code conversation}: its instructions, then each turn. */
    static List<String> texts(Conversation conversation) {
        List<String> texts = new ArrayList<>(List.of(conversation.instructions()));
        conversation.turns().stream().map(ChatMessage::content).forEach(texts::add);
        return texts;
    }

    /** {@code conversation} with the tokens of its {@link #texts}. */
    static CountedConversation of(Conversation conversation, List<Integer> counts) {
        return new CountedConversation(
                conversation,
                conversation.instructions().isEmpty() ? 0 : counts.get(0) + MARKS,
                counts.stream().skip(1).map(count -> count + MARKS).toList());
    }

    /** Tokens of all of it. */
    int tokens() {
        return instructions + turns.stream().mapToInt(Integer::intValue).sum();
    }

    /** Without its oldest turns, so that it has {@code most} tokens at most; never without its instructions. */
    CountedConversation within(int most) {
        int left = most - instructions;
        int kept = 0;
        while (kept < turns.size() && turns.get(turns.size() - 1 - kept) <= left) {
            left -= turns.get(turns.size() - 1 - kept);
            kept++;
        }
        Conversation latest = conversation.latest(kept);
        int dropped = turns.size() - latest.turns().size();
        return new CountedConversation(latest, instructions, turns.subList(dropped, turns.size()));
    }
}
