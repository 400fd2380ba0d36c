package io.llmtwin.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.llmtwin.ingest.UploadedDocument;
import io.llmtwin.pipeline.PipelineProblem;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * An error as clients see it: RFC 9457, {@code application/problem+json}.
 *
 * @param type names the kind of problem and stays the same across releases
 * @param title the kind of problem in words
 * @param detail what is wrong this time, and where it helps, what to do
 * @param documents what became of each document, where documents were sent
 * @param problems what is wrong with the files of a pipeline or an evaluation
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String traceId,
        @Nullable List<UploadedDocument> documents,
        @Nullable List<PipelineProblem> problems) {
    static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(HttpStatus status, String detail, @Nullable String traceId) {
        String name = status.getReasonPhrase().toLowerCase(Locale.ROOT).replace(' ', '-');
        return new Problem(
                "urn:llm-twin:problem:" + name, status.getReasonPhrase(), status.value(), detail, traceId, null, null);
    }

    /** This, with what became of each document that was sent. */
    Problem with(List<UploadedDocument> outcomes) {
        return new Problem(type, title, status, detail, traceId, outcomes, null);
    }

    /** This, with what is wrong with files, and where. */
    Problem withProblems(List<PipelineProblem> wrong) {
        return new Problem(type, title, status, detail, traceId, null, wrong);
    }
}
