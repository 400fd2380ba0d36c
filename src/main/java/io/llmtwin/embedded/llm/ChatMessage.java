package io.llmtwin.embedded.llm;

/** One message of a conversation; the text parts of its content joined. */
record ChatMessage(String role, String content) {
    boolean isFrom(String someone) {
        return role.equals(someone);
    }
}
