package io.llmtwin.llm;

/**
 * What a completion may take.
 *
 * @param maxCompletionTokens the most tokens that an answer may have
 */
public record LlmLimits(int maxCompletionTokens) {}
