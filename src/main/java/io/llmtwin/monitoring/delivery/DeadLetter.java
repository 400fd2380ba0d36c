package io.llmtwin.monitoring.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.llmtwin.monitoring.Entry;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the journal that a target refused for good.
 *
 * @param time when it was refused
 * @param target who refused it
 * @param kind of the entry
 * @param status that the target answered; 0 where it wasn't asked, because the entry can't be put into its form
 * @param reason in the target's words
 * @param entryTime when the entry was appended to the journal
 * @param content the entry's, as the journal had it; null where that is no JSON
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
public record DeadLetter(
        Instant time,
        String target,
        Entry.Kind kind,
        UUID traceId,
        int status,
        String reason,
        Instant entryTime,
        @Nullable JsonNode content) {

    boolean isAbout(Entry.Kind entryKind, UUID entryTraceId) {
        return kind == entryKind && traceId.equals(entryTraceId);
    }
}
