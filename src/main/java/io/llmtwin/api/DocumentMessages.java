package io.llmtwin.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.ingest.SourceDocument;
import io.llmtwin.ingest.UploadedDocument;
import io.llmtwin.retrieval.DocumentType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriUtils;

/** The bean {@code documentMessages}: documents as clients send them, and what they are told about them. */
@Component("documentMessages")
final class DocumentMessages {
    private final ObjectMapper json;

    DocumentMessages(ObjectMapper json) {
        this.json = json;
    }

    /**
     * The documents of a body that the contract has been checked against: one, a list, or one to a line.
     *
     * @throws ForbiddenAuthorException if one is of an author that the key is not for
     */
    public List<SourceDocument> read(Exchange exchange, String body) throws JsonProcessingException {
        List<SourceDocument> documents = new ArrayList<>();
        if (UploadValidator.isLines(exchange.getMessage())) {
            for (Iterator<String> lines = body.lines().iterator(); lines.hasNext(); ) {
                String line = lines.next();
                if (!line.isBlank()) {
                    documents.add(document(json.readTree(line)));
                }
            }
        } else {
            JsonNode request = json.readTree(body);
            (request.isArray() ? request : List.of(request)).forEach(element -> documents.add(document(element)));
        }
        documents.forEach(document -> Callers.admit(exchange, document.author()));
        return documents;
    }

    /** A document's id as it is stored; in a path it comes percent-encoded, for it may have slashes. */
    public String id(@Header("id") String encoded) {
        return UriUtils.decode(encoded, StandardCharsets.UTF_8);
    }

    /** What became of the documents, as the body of an answer. */
    public Map<String, Object> answer(Exchange exchange, List<UploadedDocument> documents) {
        return Map.of("documents", documents, "trace_id", exchange.getVariable("traceId", String.class));
    }

    private static SourceDocument document(JsonNode request) {
        DocumentType type = DocumentType.named(request.path("type").asText()).orElseThrow();
        String author = request.path("author").asText().strip();
        String link = request.path("link").textValue();
        String name = request.path("name").textValue();
        String title = request.path("title").textValue();
        String content = request.path("content").asText();
        String id = request.path("id").textValue();
        return new SourceDocument(
                id == null ? SourceDocument.idOf(type, author, link, name, content) : id,
                type,
                author,
                null,
                request.path("platform").textValue(),
                link,
                name,
                title == null && type == DocumentType.REPOSITORY ? name : title,
                content);
    }
}
