package io.llmtwin.embedded.llm;

import dev.langchain4j.model.embedding.EmbeddingModel;
import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import java.io.IOException;
import java.util.List;

/** The model {@code extractive} as a server serves it: its answers counted, and cut, in the embedding model's tokens. */
final class ExtractiveCompletions implements ServedModel {
    private static final int MAX_TOKENS = 32_768;

    private final TokenCounter tokens;
    private final CompletionLimiter limiter;
    private final ExtractiveModel model;

    ExtractiveCompletions(OnnxEmbeddingModel embeddings) {
        this(embeddings, new TokenCounter(embeddings));
    }

    private ExtractiveCompletions(EmbeddingModel embeddings, TokenCounter tokens) {
        this.tokens = tokens;
        this.limiter = new CompletionLimiter(tokens);
        this.model = new ExtractiveModel(embeddings);
    }

    @Override
    public String name() {
        return EmbeddedLlm.EXTRACTIVE;
    }

    @Override
    public int maxTokens() {
        return MAX_TOKENS;
    }

    @Override
    public String prompt(List<ChatMessage> messages) {
        return String.join("\n", messages.stream().map(ChatMessage::content).toList());
    }

    @Override
    public List<Long> tokens(String text) {
        return tokens.ids(text);
    }

    @Override
    public int countUpTo(String text, int limit) {
        return tokens.countUpTo(text, limit);
    }

    @Override
    public int complete(ChatRequest request, int maxTokens, Pieces pieces) throws IOException {
        Completion completion = limiter.limit(model.complete(request.messages()), request.stops(), maxTokens);
        List<String> words = completion.pieces().isEmpty() ? List.of("") : completion.pieces();
        int last = words.size() - 1;
        for (int i = 0; i <= last; i++) {
            pieces.next(words.get(i), i == last ? completion.finishReason() : null);
        }
        return completion.tokens();
    }
}
