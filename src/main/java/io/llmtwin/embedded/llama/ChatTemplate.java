package io.llmtwin.embedded.llama;

import de.kherud.llama.InferenceParameters;
import de.kherud.llama.LlamaModel;
import de.kherud.llama.Pair;
import io.llmtwin.embedded.llm.ChatMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * The chat template that a model's file carries. Messages are put into what it makes of placeholders, because the
 * binding garbles what it returns where that is not ASCII.
 */
final class ChatTemplate {
    private static final String OPEN = "@@message-";
    private static final String CLOSE = "@@";

    private final LlamaModel model;

    ChatTemplate(LlamaModel model) {
        this.model = model;
    }

    /** {@code messages} as the model was trained to read them, ending where the assistant's next message begins. */
    String prompt(List<ChatMessage> messages) {
        StringBuilder system = new StringBuilder();
        List<String> contents = new ArrayList<>();
        List<Pair<String, String>> turns = new ArrayList<>();
        for (ChatMessage message : messages) {
            if (message.isFrom("system") || message.isFrom("developer")) {
                system.append(system.isEmpty() ? "" : "\n").append(message.content());
            } else {
                turns.add(new Pair<>(message.isFrom("assistant") ? "assistant" : "user", placeholder(contents.size())));
                contents.add(message.content());
            }
        }
        String systemPlaceholder = system.isEmpty() ? "" : placeholder(contents.size());
        contents.add(system.toString());
        String frame = model.applyTemplate(new InferenceParameters("").setMessages(systemPlaceholder, turns));
        return filled(frame, contents);
    }

    private static String filled(String frame, List<String> contents) {
        StringBuilder prompt = new StringBuilder();
        int from = 0;
        int open = frame.indexOf(OPEN);
        while (open >= 0) {
            int digits = open + OPEN.length();
            int close = frame.indexOf(CLOSE, digits);
            int number = Integer.parseInt(frame.substring(digits, close));
            prompt.append(frame, from, open).append(contents.get(number));
            from = close + CLOSE.length();
            open = frame.indexOf(OPEN, from);
        }
        return prompt.append(frame.substring(from)).toString();
    }

    private static String placeholder(int number) {
        return OPEN + number + CLOSE;
    }
}
