package io.llmtwin.evaluation;

import dev.langchain4j.model.chat.ChatModel;
import org.jspecify.annotations.Nullable;

/** The language model that may judge answers; null where none is set that can. */
public record JudgeModel(@Nullable ChatModel model) {}
