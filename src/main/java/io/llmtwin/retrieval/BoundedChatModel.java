package io.llmtwin.retrieval;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;

/** A chat model on a {@link BoundedServer}, which says how a call can fail. Thread-safe. */
public final class BoundedChatModel implements ChatModel {
    private final ChatModel model;
    private final BoundedServer server;

    public BoundedChatModel(ChatModel model, BoundedServer server) {
        this.model = model;
        this.server = server;
    }

    @Override
    public ChatResponse chat(ChatRequest request) {
        return server.call(() -> model.chat(request));
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return model.defaultRequestParameters();
    }

    @Override
    public ModelProvider provider() {
        return model.provider();
    }
}
