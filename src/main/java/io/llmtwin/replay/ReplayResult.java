package io.llmtwin.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one recorded request.
 *
 * @param query as it was recorded; null where it was not
 * @param status {@code ok}, {@code failed}, or {@code skipped} where the record doesn't hold what it takes to ask again
 * @param reason why it failed or was skipped; null where it is ok
 * @param before as it was recorded; null where it was skipped
 * @param after null where it was skipped, or came to nothing that could be recorded
 * @param diff null where it is not ok
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
public record ReplayResult(
        String traceId,
        @Nullable String query,
        String status,
        @Nullable String reason,
        @JsonProperty("old") @Nullable Side before,
        @JsonProperty("new") @Nullable Side after,
        @Nullable Diff diff) {
    static final String OK = "ok";
    static final String FAILED = "failed";
    static final String SKIPPED = "skipped";

    static ReplayResult ok(String traceId, String query, Side before, Side after) {
        Diff diff =
                new Diff(TextDiff.of(before.answer(), after.answer()), TextDiff.of(before.prompt(), after.prompt()));
        return new ReplayResult(traceId, query, OK, null, before, after, diff);
    }

    static ReplayResult failed(String traceId, String query, String reason, Side before, @Nullable Side after) {
        return new ReplayResult(traceId, query, FAILED, reason, before, after, null);
    }

    static ReplayResult skipped(String traceId, @Nullable String query, String reason) {
        return new ReplayResult(traceId, query, SKIPPED, reason, null, null, null);
    }

    /** What the new revision made different, word by word. */
    public record Diff(List<Edit> answer, List<Edit> prompt) {}
}
