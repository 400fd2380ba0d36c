package io.llmtwin.retrieval;

/** Payload keys that hold an author's name, beside {@link DocumentType#authorKey()}, which holds an id in the course. */
final class AuthorKeys {
    /** Where this service stores the name. */
    static final String OWN = "author";
    /** Where the course's later version stores it. */
    static final String LATER_COURSE = "author_full_name";

    private AuthorKeys() {}
}
