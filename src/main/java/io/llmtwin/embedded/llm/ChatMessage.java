package io.llmtwin.embedded.llm;

/** One message of a conversation; the text parts of its content joined. */
public record ChatMessage(String role, String content) {
    /** Whether its role is {@code someone}. */
    public boolean isFrom(String someone) {
        return role.equals(someone);
    }
}
