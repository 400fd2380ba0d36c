package io.llmtwin.llm;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmtwin.llm.ChatRequest.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationTest {

    @Test
    void instructions_always_headTheFirstUserMessage() {
        Conversation conversation =
                of("system", "Be brief.", "user", "Hi", "assistant", "Hello", "system", "And kind.");
        assertThat(shown(conversation.then("Why?")))
                .containsExactly("user: Be brief.\n\nAnd kind.\n\nHi", "assistant: Hello", "user: Why?");
    }

    @Test
    void instructions_withoutTurns_headTheQuestion() {
        assertThat(shown(of("system", "Be brief.").then("Why?"))).containsExactly("user: Be brief.\n\nWhy?");
    }

    @Test
    void messages_ofOneRoleInARow_becomeOneTurn() {
        Conversation conversation = of("user", "a", "user", "b", "assistant", "c", "assistant", "d", "user", "e");
        assertThat(shown(conversation.then("f"))).containsExactly("user: a\n\nb", "assistant: c\n\nd", "user: e\n\nf");
    }

    @Test
    void assistant_whoOpens_isNotTheFirstTurn() {
        assertThat(shown(of("assistant", "How can I help?", "user", "a", "assistant", "b")
                        .then("c")))
                .containsExactly(
                        "user: You opened the conversation with: How can I help?\n\na", "assistant: b", "user: c");
    }

    @Test
    void latest_ofTurns_beginsWithTheUser() {
        Conversation conversation = of("user", "a", "assistant", "b", "user", "c", "assistant", "d");
        assertThat(conversation.latest(4)).isSameAs(conversation);
        assertThat(shown(conversation.latest(3).then("?"))).containsExactly("user: c", "assistant: d", "user: ?");
        assertThat(conversation.latest(1).hasTurns()).isFalse();
        assertThat(conversation.latest(0).hasTurns()).isFalse();
    }

    private static Conversation of(String... rolesAndTexts) {
        List<ChatMessage> messages = new ArrayList<>();
        for (int i = 0; i < rolesAndTexts.length; i += 2) {
            messages.add(new ChatMessage(rolesAndTexts[i], rolesAndTexts[i + 1]));
        }
        return Conversation.of(messages);
    }

    private static List<String> shown(List<ChatMessage> messages) {
        return messages.stream()
                .map(message -> message.role() + ": " + message.content())
                .toList();
    }
}
