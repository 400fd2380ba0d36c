package io.llmtwin.embedded.llm;

/**
 * A piece of a source that can be quoted as it is.
 *
 * @param text what is quoted, white space collapsed except in code
 * @param lead the heading or the question that stands right before it, or empty; it says what the text is about
 * @param section the headings above it, or empty; never quoted
 */
record Sentence(String text, String lead, String section, Kind kind) {
    enum Kind {
        PROSE,
        CODE
    }

    /** What is compared with a question: the text, with its lead where there is one. */
    String inContext() {
        return lead.isEmpty() ? text : lead + ": " + text;
    }
}
