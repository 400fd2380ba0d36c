package io.llmtwin.llm;

import io.llmtwin.llm.ChatRequest.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * What was said before a question, in the form that Mistral-7B-Instruct v0.1 reads: user and assistant take turns, the
 * user begins, and there is no system role, so instructions stand at the head of the first thing that the user says.
 *
 * @param instructions of system messages; empty for none
 * @param turns user and assistant alternating, ending with the assistant; empty for none
 */
public record Conversation(String instructions, List<ChatMessage> turns) {
    /** Nothing was said before. */
    public static final Conversation NONE = new Conversation("", List.of());

    private static final String USER = "user";
    private static final String SYSTEM = "system";
    private static final String BETWEEN = "\n\n";

    public Conversation {
        turns = List.copyOf(turns);
    }

    /**
     * The conversation that {@code messages} are. Successive messages of one role become one turn; what an assistant says
     * before the user's first turn joins the instructions; what the user says last is left to be put before the question.
     *
     * @param messages with the roles system, user and assistant
     */
    public static Conversation of(List<ChatMessage> messages) {
        List<String> instructions = new ArrayList<>();
        List<ChatMessage> turns = new ArrayList<>();
        for (ChatMessage message : messages) {
            boolean isOpening = turns.isEmpty() && !message.role().equals(USER);
            if (message.role().equals(SYSTEM)) {
                instructions.add(message.content());
            } else if (isOpening) {
                instructions.add("You opened the conversation with: " + message.content());
            } else if (!turns.isEmpty() && turns.get(turns.size() - 1).role().equals(message.role())) {
                ChatMessage last = turns.remove(turns.size() - 1);
                turns.add(new ChatMessage(last.role(), last.content() + BETWEEN + message.content()));
            } else {
                turns.add(message);
            }
        }
        return new Conversation(String.join(BETWEEN, instructions), turns);
    }

    /** Whether there are turns before the question. */
    public boolean hasTurns() {
        return !turns.isEmpty();
    }

    /** What was said, one line for each turn, for a model that shall understand the question. */
    public String transcript() {
        StringBuilder transcript = new StringBuilder();
        turns.forEach(turn -> transcript
                .append(turn.role())
                .append(": ")
                .append(turn.content())
                .append('\n'));
        return transcript.toString();
    }

    /** The last {@code count} of the turns, or one fewer where the first of them would be the assistant's. */
    public Conversation latest(int count) {
        int from = turns.size() - count;
        if (from > 0 && from < turns.size() && !turns.get(from).role().equals(USER)) {
            from++;
        }
        return from <= 0 ? this : new Conversation(instructions, turns.subList(from, turns.size()));
    }

    /** The messages of a request that goes on with {@code prompt}. */
    List<ChatMessage> then(String prompt) {
        List<ChatMessage> messages = new ArrayList<>(turns);
        String last = prompt;
        if (!messages.isEmpty() && messages.get(messages.size() - 1).role().equals(USER)) {
            last = messages.remove(messages.size() - 1).content() + BETWEEN + prompt;
        }
        messages.add(new ChatMessage(USER, last));
        if (!instructions.isEmpty()) {
            ChatMessage first = messages.get(0);
            messages.set(0, new ChatMessage(USER, instructions + BETWEEN + first.content()));
        }
        return messages;
    }
}
