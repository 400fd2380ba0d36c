package io.llmtwin.retrieval;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much is searched and kept.
 *
 * @param topK hits for each query, shared among the collections
 * @param keepTopK passages that are kept after reranking
 * @param expandNQuery queries that a question is expanded to, itself included; 1 for no expansion
 */
@Validated
@ConfigurationProperties("llm-twin.retrieval")
public record RetrievalSettings(
        @DefaultValue("15") @Min(1) @Max(300) int topK,
        @DefaultValue("4") @Min(1) @Max(100) int keepTopK,
        @DefaultValue("3") @Min(1) @Max(10) int expandNQuery) {}
