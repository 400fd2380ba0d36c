package io.llmtwin.embedded.llm;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A language model as {@link EmbeddedLlm} serves it. Thread-safe. */
public interface ServedModel {
    /** The id under which clients ask for it. */
    String name();

    /** Tokens that a prompt and its completion may have together. */
    int maxTokens();

    /** The text that a conversation is to the model. */
    String prompt(List<ChatMessage> messages);

    /** The tokens of {@code text}, in the model's vocabulary. */
    List<Long> tokens(String text);

    /** The number of tokens of {@code text}; counting may stop once it is over {@code limit}. */
    int countUpTo(String text, int limit);

    /**
     * Completes a conversation, on the calling thread.
     *
     * @param maxTokens of the completion, at least 1 and within what the prompt leaves of {@link #maxTokens()}
     * @return how many tokens the completion has
     * @throws IOException from {@code pieces}, after which no more is generated
     */
    int complete(ChatRequest request, int maxTokens, Pieces pieces) throws IOException;

    /** Takes a completion piece by piece. */
    interface Pieces {
        /**
         * The next piece.
         *
         * @param finishReason with the last piece: {@code stop}, or {@code length} where the text was cut; else null
         * @throws IOException if nobody reads on
         */
        void next(String piece, @Nullable String finishReason) throws IOException;

        /**
         * Nothing yet; called now and then while a model is busy with another completion.
         *
         * @throws IOException if nobody reads on
         */
        void waiting() throws IOException;
    }
}
