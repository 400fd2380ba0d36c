package io.llmtwin.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmtwin.retrieval.DocumentType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A document in one of the shapes that the LLM Twin course and the LLM Engineer's Handbook export: content as a string or
 * as an object of strings, an author by name or by id, a MongoDB id.
 */
final class CourseDocument {
    /** Names that only a document's own fields have. A wrapper around documents has none of them. */
    static final Set<String> FIELDS = Set.of(
            "id",
            "_id",
            "entry_id",
            "type",
            "content",
            "text",
            "Title",
            "Subtitle",
            "Content",
            "language",
            "platform",
            "link",
            "url",
            "name",
            "title",
            "author",
            "author_id",
            "author_full_name",
            "owner_id",
            "image");

    private static final Set<String> NOT_TEXT = Set.of("language", "image", "link", "url");

    private final JsonNode json;
    private final CorpusFile file;
    private final CorpusLabels labels;

    private CourseDocument(JsonNode json, CorpusFile file, CorpusLabels labels) {
        this.json = json;
        this.file = file;
        this.labels = labels;
    }

    /** Whether {@code json} has content of its own. */
    static boolean isDocument(JsonNode json) {
        return json.isObject() && (json.has("content") || json.has("text") || json.has("Content"));
    }

    /**
     * Reads a document.
     *
     * @param key where it was found, for a document without an id
     */
    static SourceDocument read(JsonNode json, String key, CorpusFile file, CorpusLabels labels)
            throws UnreadableDocumentException {
        return new CourseDocument(json, file, labels).read(key);
    }

    private SourceDocument read(String key) throws UnreadableDocumentException {
        DocumentType type = type();
        String content = content(type);
        if (content.isBlank()) {
            throw new UnreadableDocumentException("no content");
        }
        if (content.length() > CorpusFile.LARGEST) {
            throw new UnreadableDocumentException("larger than " + (CorpusFile.LARGEST >> 20) + " MiB");
        }
        String name = text("name");
        String title = first(text("title"), text("Title"), text(json.path("content"), "Title"));
        String author = first(text("author_full_name"), text("author"), text("author_id"), text("owner_id"));
        String id = first(id(json.path("id")), id(json.path("_id")), id(json.path("entry_id")));
        return new SourceDocument(
                id == null ? key : id,
                type,
                author == null ? labels.author() : author,
                first(text("author_id"), text("owner_id")),
                text("platform"),
                first(text("link"), text("url")),
                name,
                title == null && type == DocumentType.REPOSITORY ? name : title,
                content);
    }

    private DocumentType type() {
        String named = text("type");
        if (named != null) {
            Optional<DocumentType> type = DocumentType.named(named);
            if (type.isPresent()) {
                return type.get();
            }
        }
        String fileName = file.stem().toLowerCase(Locale.ROOT);
        if (fileName.contains("article")) {
            return DocumentType.ARTICLE;
        }
        if (fileName.contains("repositor")) {
            return DocumentType.REPOSITORY;
        }
        if (fileName.contains("post")) {
            return DocumentType.POST;
        }
        boolean titled =
                json.has("Title") || json.has("title") || json.path("content").has("Title");
        if (titled) {
            return DocumentType.ARTICLE;
        }
        return json.has("name") ? DocumentType.REPOSITORY : DocumentType.POST;
    }

    private String content(DocumentType type) {
        JsonNode content = json.path("content");
        if (content.isTextual()) {
            return content.asText();
        }
        JsonNode fields = content.isObject() ? content : json;
        String text = text(fields, "text");
        if (text != null) {
            return text;
        }
        String body = text(fields, "Content");
        if (body != null) {
            String subtitle = text(fields, "Subtitle");
            return subtitle == null ? body : subtitle + "\n\n" + body;
        }
        if (!content.isObject()) {
            return "";
        }
        return type == DocumentType.REPOSITORY ? files(content) : strings(content);
    }

    private static String files(JsonNode content) {
        List<String> files = new ArrayList<>();
        content.properties().forEach(file -> {
            String path = file.getKey();
            String source = file.getValue().asText("").strip();
            if (!source.isEmpty()) {
                String ending = path.substring(path.lastIndexOf('.') + 1);
                boolean prose =
                        FileKind.of(path).filter(FileKind.MARKDOWN::equals).isPresent();
                String language = ending.length() < path.length() && ending.length() <= 10 ? ending : "";
                files.add("# " + path + "\n\n" + (prose ? source : Fence.around(source, language)));
            }
        });
        return String.join("\n\n", files);
    }

    private static String strings(JsonNode content) {
        List<String> strings = new ArrayList<>();
        content.properties().forEach(field -> {
            if (field.getValue().isTextual()
                    && !NOT_TEXT.contains(field.getKey().toLowerCase(Locale.ROOT))) {
                strings.add(field.getValue().asText());
            }
        });
        return String.join("\n\n", strings);
    }

    private @Nullable String text(String field) {
        return text(json, field);
    }

    private static @Nullable String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isTextual() && !value.asText().isBlank() ? value.asText().strip() : null;
    }

    private static @Nullable String id(JsonNode json) {
        JsonNode id = json.isObject() ? json.path("$oid") : json;
        return id.isValueNode() && !id.isNull() && !id.asText().isBlank()
                ? id.asText().strip()
                : null;
    }

    private static @Nullable String first(@Nullable String... values) {
        for (String value : values) {
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
