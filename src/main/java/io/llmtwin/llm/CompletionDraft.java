package io.llmtwin.llm;

import io.llmtwin.llm.ChatCompletion.Choice;
import io.llmtwin.llm.ChatCompletion.Message;
import io.llmtwin.llm.ChatCompletion.Usage;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** An answer as far as it has been written. */
public final class CompletionDraft {
    private final StringBuilder text = new StringBuilder();
    private long firstWritten;
    private @Nullable String model;
    private @Nullable String finishReason;
    private @Nullable Usage usage;

    /** What has been written so far. */
    public String text() {
        return text.toString();
    }

    /** Whether nothing has been written yet. */
    public boolean isEmpty() {
        return text.isEmpty();
    }

    /** When its first token came, as a reading of {@link System#nanoTime()}; empty where none has. */
    public OptionalLong firstWritten() {
        return isEmpty() ? OptionalLong.empty() : OptionalLong.of(firstWritten);
    }

    /** Tokens as the server counted them so far; null where it hasn't said. */
    public @Nullable Usage usage() {
        return usage;
    }

    void write(String more) {
        if (text.isEmpty()) {
            firstWritten = System.nanoTime();
        }
        text.append(more);
    }

    void model(String name) {
        model = name;
    }

    void finish(String reason) {
        finishReason = reason;
    }

    void usage(Usage tokens) {
        usage = tokens;
    }

    /** The finished answer of a model that is called {@code name} where its server didn't say. */
    ChatCompletion completion(String name) {
        return new ChatCompletion(
                model == null ? name : model, List.of(new Choice(new Message(text.toString()), finishReason)), usage);
    }
}
