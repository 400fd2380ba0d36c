package io.llmtwin.embedded.llm;

/** One source of a prompt: the label that an answer cites, and its text. */
record Source(String label, String text) {}
