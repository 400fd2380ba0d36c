package io.llmtwin.retrieval;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.langchain4j.data.embedding.Embedding;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A chunk of the author's material that was found for a question.
 *
 * @param id of the Qdrant point
 * @param documentId of the document that the chunk is part of
 * @param collection that it was found in
 * @param score by the last stage that ranked it; comparable within one answer only
 * @param scores of each stage that ranked it, by the stage's name, in their order
 * @param content the chunk's text
 * @param chunk where it stands in its document, counted from 0; null where the store doesn't say
 * @param vector the unit vector it is stored with, where the search was asked for it; never shown
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
public record Passage(
        String id,
        String documentId,
        String collection,
        double score,
        Map<String, Double> scores,
        String content,
        @Nullable String author,
        @Nullable String platform,
        @Nullable String link,
        @Nullable String name,
        @Nullable String title,
        @Nullable Integer chunk,
        @JsonIgnore @Nullable Embedding vector) {

    /** This passage without its vector. */
    Passage withoutVector() {
        return with(score, scores, content, null);
    }

    /** This passage with {@code score} by {@code stage}. */
    Passage scored(String stage, double score) {
        Map<String, Double> all = new LinkedHashMap<>(scores);
        all.put(stage, score);
        return with(score, Collections.unmodifiableMap(all), content, vector);
    }

    /** This passage with a score of {@code limit} at most: it is ranked below one that has that score. */
    Passage notAbove(double limit) {
        return with(Math.min(score, limit), scores, content, vector);
    }

    /** This passage with {@code content} for its text. */
    public Passage showing(String content) {
        return with(score, scores, content, vector);
    }

    private Passage with(double score, Map<String, Double> scores, String content, @Nullable Embedding vector) {
        return new Passage(
                id, documentId, collection, score, scores, content, author, platform, link, name, title, chunk, vector);
    }

    /** Without the text and the vector, which would fill every log and trace. */
    @Override
    public String toString() {
        return "Passage[id=" + id + ", documentId=" + documentId + ", collection=" + collection + ", scores=" + scores
                + "]";
    }
}
