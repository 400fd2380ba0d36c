package io.llmtwin.retrieval;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose writing a search is limited to.
 *
 * @param author as the store has it, or null for no limit
 * @param warning what keeps a name in the question from limiting it, in snake_case, or null
 */
public record AuthorChoice(
        @Nullable String author, @Nullable String warning) {
    static final AuthorChoice ANYBODY = new AuthorChoice(null, null);
    static final AuthorChoice UNKNOWN = new AuthorChoice(null, "author_unknown");
    static final AuthorChoice AMBIGUOUS = new AuthorChoice(null, "author_ambiguous");

    /** The one of {@code authors}, whom a question asks for. */
    static AuthorChoice oneOf(Set<String> authors) {
        return switch (authors.size()) {
            case 0 -> UNKNOWN;
            case 1 -> new AuthorChoice(authors.iterator().next(), null);
            default -> AMBIGUOUS;
        };
    }
}
