package io.llmtwin.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a revision made of a request.
 *
 * @param answer null where there is none
 * @param sources ids of the passages that the prompt shows, in its order
 * @param usage tokens as the model's server counted them
 * @param cost in US dollars
 * @param timings milliseconds for each step, {@code total} and {@code overhead}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
public record Side(
        @Nullable String revision,
        @Nullable String answer,
        @Nullable String prompt,
        @Nullable String model,
        List<String> sources,
        @Nullable JsonNode usage,
        double cost,
        JsonNode timings,
        JsonNode warnings) {

    /** What {@code record}, a {@link io.llmtwin.monitoring.PromptRecord} in JSON, tells. */
    static Side of(JsonNode record) {
        return new Side(
                record.path("revision").textValue(),
                record.path("answer").textValue(),
                record.path("prompt").textValue(),
                record.path("model").textValue(),
                record.path("sources").findValuesAsText("id"),
                record.get("usage"),
                record.path("cost").asDouble(),
                record.path("timings"),
                record.path("warnings"));
    }

    /** Milliseconds from the beginning to the end. */
    double milliseconds() {
        return timings.path("total").asDouble();
    }
}
