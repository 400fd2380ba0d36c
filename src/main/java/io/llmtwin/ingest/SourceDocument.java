package io.llmtwin.ingest;

import com.fasterxml.uuid.Generators;
import io.llmtwin.retrieval.DocumentType;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One article, post or piece of a repository, as its author wrote it.
 *
 * @param id names the document within its type's collection; stable, since a document of the same id is replaced
 * @param author name of the author, as people write it
 * @param authorId what the course's stores know the author by; null: the name
 * @param platform where it was published, such as {@code medium}
 * @param link where it can be read
 * @param name name of the repository
 * @param title headline, or for a source file its path
 * @param content Markdown or plain text; source code in repositories
 */
public record SourceDocument(
        String id,
        DocumentType type,
        String author,
        @Nullable String authorId,
        @Nullable String platform,
        @Nullable String link,
        @Nullable String name,
        @Nullable String title,
        String content) {
    private static final UUID NAMESPACE = UUID.fromString("6f3f2b36-8a57-5d0c-9e62-0c1f5a2f7d11");

    /**
     * The id of a document that came without one: that of its link, else of its name, else of its content, so that the
     * same document sent again replaces the first.
     */
    public static String idOf(
            DocumentType type, String author, @Nullable String link, @Nullable String name, String content) {
        String key = link != null ? "link:" + link : name != null ? "name:" + name : "content:" + content;
        return uuid(type.payloadType() + '\n' + author + '\n' + key).toString();
    }

    static UUID uuid(String name) {
        return Generators.nameBasedGenerator(NAMESPACE).generate(name.getBytes(StandardCharsets.UTF_8));
    }
}
