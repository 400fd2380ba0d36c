package io.llmtwin.pipeline;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * What keeps a pipeline from serving, and where.
 *
 * @param file within the pipeline, such as {@code routes/pipeline/llm.camel.yaml}; null where it is no one file's fault
 * @param line from 1
 * @param column from 1
 * @param reason one sentence, in the words of whoever wrote the file
 * @param suggestion what was probably meant
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PipelineProblem(
        @Nullable String file,
        @Nullable Integer line,
        @Nullable Integer column,
        String reason,
        @Nullable String suggestion) {

    /** A problem of {@code file} as a whole. */
    public static PipelineProblem of(@Nullable String file, String reason) {
        return new PipelineProblem(file, null, null, reason, null);
    }

    /** A problem where {@code mark} is, of {@code file} as a whole where it is nowhere. */
    public static PipelineProblem at(String file, Optional<Mark> mark, String reason, @Nullable String suggestion) {
        return new PipelineProblem(
                file,
                mark.map(at -> at.getLine() + 1).orElse(null),
                mark.map(at -> at.getColumn() + 1).orElse(null),
                reason,
                suggestion);
    }

    /** As compilers write it: {@code file:line:column: reason; did you mean suggestion?}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (file != null) {
            text.append(file);
            if (line != null) {
                text.append(':').append(line);
            }
            if (line != null && column != null) {
                text.append(':').append(column);
            }
            text.append(": ");
        }
        text.append(reason);
        return suggestion == null
                ? text.toString()
                : text.append("; did you mean ").append(suggestion).append('?').toString();
    }
}
