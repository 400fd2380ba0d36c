package io.llmtwin.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Rehearsal} asks.
 *
 * @param entry where it enters the revision, such as {@code generate}
 * @param variables as the door sets them for a live request; {@code query} is the body too
 * @param found passages that take the place of a search; null to search
 * @param time after which it is ended
 * @param client who waits for the outcome
 */
public record RehearsalRequest(
        String entry,
        Map<String, Object> variables,
        @Nullable List<?> found,
        Duration time,
        Client client) {

    public RehearsalRequest {
        variables = Map.copyOf(variables);
    }
}
