package io.llmtwin.api;

import java.util.Arrays;
import java.util.Optional;

/** The models that OpenAI's clients can name: the twin, with and without a search for sources. */
enum TwinModel {
    WITH_RAG("llm-twin"),
    WITHOUT_RAG("llm-twin-no-rag");

    private final String id;

    TwinModel(String id) {
        this.id = id;
    }

    String id() {
        return id;
    }

    boolean searches() {
        return this == WITH_RAG;
    }

    static Optional<TwinModel> of(String id) {
        return Arrays.stream(values()).filter(model -> model.id.equals(id)).findFirst();
    }
}
