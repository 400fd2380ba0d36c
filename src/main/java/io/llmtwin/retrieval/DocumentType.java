package io.llmtwin.retrieval;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The kinds of material a twin is made of, each in a Qdrant collection of its own. Collection names, the {@code type}
 * of the payload and the key that holds the author are the LLM Twin course's, so that a store filled by its code is
 * searched as it is.
 */
public enum DocumentType {
    POST("vector_posts", "posts", "owner_id"),
    ARTICLE("vector_articles", "articles", "author_id"),
    REPOSITORY("vector_repositories", "repositories", "owner_id");

    private final String collection;
    private final String payloadType;
    private final String authorKey;

    DocumentType(String collection, String payloadType, String authorKey) {
        this.collection = collection;
        this.payloadType = payloadType;
        this.authorKey = authorKey;
    }

    /** Name of the Qdrant collection. */
    public String collection() {
        return collection;
    }

    /** Value of the payload's {@code type}: {@code posts}, {@code articles} or {@code repositories}. */
    public String payloadType() {
        return payloadType;
    }

    /** Payload key under which the course stores who wrote it. */
    public String authorKey() {
        return authorKey;
    }

    /**
     * Payload keys under which an author may be found, by name or by id: this service's own {@code author}, the
     * course's, and {@code author_full_name} of the course's later versions.
     */
    public List<String> authorKeys() {
        return List.of(AuthorKeys.OWN, AuthorKeys.LATER_COURSE, authorKey);
    }

    /** The type named {@code post} or {@code posts}, {@code article(s)}, {@code repository} or {@code repositories}. */
    public static Optional<DocumentType> named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (DocumentType type : values()) {
            if (wanted.equals(type.payloadType) || wanted.equals(type.name().toLowerCase(Locale.ROOT))) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The type whose collection is called {@code collection}. */
    static DocumentType ofCollection(String collection) {
        for (DocumentType type : values()) {
            if (collection.equals(type.collection)) {
                return type;
            }
        }
        throw new IllegalArgumentException("no document type is kept in a collection called " + collection);
    }
}
