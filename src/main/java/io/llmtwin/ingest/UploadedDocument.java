package io.llmtwin.ingest;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What became of a document that a client sent.
 *
 * @param id the client's, or the one that was derived for it
 * @param collection where it is stored
 * @param chunks how many points it is; 0 where it isn't stored
 * @param reason why it isn't stored; null where it is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UploadedDocument(
        String id,
        String collection,
        Status status,
        int chunks,
        @Nullable String reason) {

    /** Whether it is stored, and if not, whether it ever will be. */
    public enum Status {
        /** All of it is stored, and nothing of an earlier version is left. */
        @JsonProperty("stored")
        STORED,
        /** Something is wrong with the document itself; sending it again changes nothing. */
        @JsonProperty("rejected")
        REJECTED,
        /** It is not stored, or not all of it. Sending it again goes on where this ended. */
        @JsonProperty("not_stored")
        NOT_STORED
    }

    static UploadedDocument stored(SourceDocument document, int chunks) {
        return new UploadedDocument(document.id(), document.type().collection(), Status.STORED, chunks, null);
    }

    static UploadedDocument rejected(SourceDocument document, String reason) {
        return new UploadedDocument(document.id(), document.type().collection(), Status.REJECTED, 0, reason);
    }

    static UploadedDocument notStored(SourceDocument document, String reason) {
        return new UploadedDocument(document.id(), document.type().collection(), Status.NOT_STORED, 0, reason);
    }
}
