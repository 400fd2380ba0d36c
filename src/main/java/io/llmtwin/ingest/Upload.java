package io.llmtwin.ingest;

import io.llmtwin.retrieval.DocumentType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request's documents, and what became of them so far. Thread-safe. */
final class Upload {
    private final List<SourceDocument> documents;
    private final @Nullable List<String> authors;
    /** Where the first document of each id stands. */
    private final Map<Key, Integer> first = new LinkedHashMap<>();

    private final Map<Key, Integer> sizes = new LinkedHashMap<>();
    private final Map<Key, UploadedDocument> outcomes = new LinkedHashMap<>();

    /**
     * Documents of which none is stored yet.
     *
     * @param authors beside whose documents none is replaced; null for everybody's
     */
    Upload(List<SourceDocument> documents, @Nullable List<String> authors) {
        this.documents = List.copyOf(documents);
        this.authors = authors;
        for (int i = 0; i < documents.size(); i++) {
            first.putIfAbsent(key(documents.get(i)), i);
        }
    }

    List<SourceDocument> documents() {
        return documents;
    }

    /** The documents, of those with the same id the first. */
    List<SourceDocument> distinct() {
        return first.values().stream().map(documents::get).toList();
    }

    /** Whether a document may take the place of what is {@code stored} under its id. */
    boolean mayReplace(StoredChunks stored) {
        return authors == null || stored.areBy(authors);
    }

    /** So many chunks {@code document} will be when it is stored. */
    synchronized void expect(SourceDocument document, int chunks) {
        sizes.put(key(document), chunks);
    }

    synchronized void stored(SourceDocument document) {
        outcomes.put(key(document), UploadedDocument.stored(document, sizes.getOrDefault(key(document), 0)));
    }

    synchronized void reject(SourceDocument document, String reason) {
        outcomes.put(key(document), UploadedDocument.rejected(document, reason));
    }

    /** What became of each document, in their order, now that nothing is left to be done. */
    List<UploadedDocument> complete() {
        return end("not stored");
    }

    /**
     * What became of each document, in their order.
     *
     * @param reason why the rest of them are not stored
     */
    synchronized List<UploadedDocument> end(String reason) {
        List<UploadedDocument> all = new ArrayList<>(documents.size());
        for (int i = 0; i < documents.size(); i++) {
            SourceDocument document = documents.get(i);
            if (first.getOrDefault(key(document), i) < i) {
                all.add(UploadedDocument.rejected(document, "another document of this request has the same id"));
                continue;
            }
            UploadedDocument outcome = outcomes.get(key(document));
            all.add(outcome == null ? UploadedDocument.notStored(document, reason) : outcome);
        }
        return all;
    }

    private static Key key(SourceDocument document) {
        return new Key(document.type(), document.id());
    }

    private record Key(DocumentType type, String id) {}
}
