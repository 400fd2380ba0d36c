package io.llmtwin.embedded.llm;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Sentences' vectors, remembered for the texts that were asked for last: a retriever sends the same passages again and
 * again. Thread-safe; two requests that miss the same text at once both embed it, to the same vector.
 */
final class SentenceVectors {
    private static final int CAPACITY = 4_096;

    private final EmbeddingModel model;
    private final Map<String, Embedding> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Embedding> eldest) {
            return size() > CAPACITY;
        }
    };

    SentenceVectors(EmbeddingModel model) {
        this.model = model;
    }

    /** The vectors of {@code texts}, normalised, by text. */
    Map<String, Embedding> of(Collection<String> texts) {
        Map<String, Embedding> vectors = new HashMap<>();
        List<String> missing = new ArrayList<>();
        synchronized (remembered) {
            for (String text : new LinkedHashSet<>(texts)) {
                Embedding vector = remembered.get(text);
                if (vector == null) {
                    missing.add(text);
                } else {
                    vectors.put(text, vector);
                }
            }
        }
        if (missing.isEmpty()) {
            return vectors;
        }
        List<Embedding> embedded =
                model.embedAll(missing.stream().map(TextSegment::from).toList()).content();
        synchronized (remembered) {
            for (int i = 0; i < missing.size(); i++) {
                vectors.put(missing.get(i), embedded.get(i));
                remembered.put(missing.get(i), embedded.get(i));
            }
        }
        return vectors;
    }
}
