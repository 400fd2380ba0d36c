package io.llmtwin.monitoring;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.llmtwin.pipeline.PipelineCheck;
import io.llmtwin.pipeline.PipelineProblem;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Looks whether the rules of redaction of a pipeline are any. */
@Component
@Order(1)
final class RedactionCheck implements PipelineCheck {
    @Override
    public List<PipelineProblem> check(SortedMap<String, String> files) {
        String rules = files.get(RedactionRules.FILE);
        if (rules == null) {
            return List.of();
        }
        try {
            Redaction.parse(rules);
            return List.of();
        } catch (IllegalArgumentException e) {
            JsonLocation place = e.getCause() instanceof JsonProcessingException cause ? cause.getLocation() : null;
            return List.of(new PipelineProblem(
                    RedactionRules.FILE,
                    place == null ? null : place.getLineNr(),
                    place == null ? null : place.getColumnNr(),
                    reason(e),
                    null));
        }
    }

    /** The innermost message: those around it repeat it, with classes and places in ours. */
    private static String reason(IllegalArgumentException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause instanceof JsonProcessingException json ? json.getOriginalMessage() : cause.getMessage();
        return firstLine(message);
    }

    private static String firstLine(@Nullable String message) {
        return String.valueOf(message).lines().findFirst().orElse("these are no rules");
    }
}
