package io.llmtwin.embedded.llm;

import java.util.List;

/**
 * What a prompt asks for, once its marks are read.
 *
 * @param question empty where the prompt holds none
 * @param asksForQueries whether search queries are wanted in place of an answer
 */
record Prompt(List<Source> sources, String question, boolean asksForQueries) {}
