package io.llmtwin.llm;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * How a client wants its answer written; null where it didn't say.
 *
 * @param maxTokens limit of the completion's length
 * @param temperature from 0 to 2
 * @param topP from 0 to 1
 * @param stop texts before which the answer ends
 * @param seed for a sampling that can be repeated
 * @param presencePenalty from -2 to 2
 * @param frequencyPenalty from -2 to 2
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(SnakeCaseStrategy.class)
public record Sampling(
        @Nullable Integer maxTokens,
        @Nullable Double temperature,
        @Nullable Double topP,
        @Nullable List<String> stop,
        @Nullable Long seed,
        @Nullable Double presencePenalty,
        @Nullable Double frequencyPenalty) {
    private static final Sampling UNSAID = new Sampling(null, null, null, null, null, null, null);

    /** What stands in the variables of {@code exchange} that are named as the components of this record. */
    @SuppressWarnings("unchecked")
    public static Sampling of(Exchange exchange) {
        return new Sampling(
                exchange.getVariable("maxTokens", Integer.class),
                exchange.getVariable("temperature", Double.class),
                exchange.getVariable("topP", Double.class),
                exchange.getVariable("stop", List.class),
                exchange.getVariable("seed", Long.class),
                exchange.getVariable("presencePenalty", Double.class),
                exchange.getVariable("frequencyPenalty", Double.class));
    }

    /** Whether the client said nothing. */
    @JsonIgnore
    public boolean isUnsaid() {
        return equals(UNSAID);
    }

    /** The variables that {@link #of} reads this from. */
    public Map<String, Object> variables() {
        Map<String, Object> variables = new LinkedHashMap<>();
        put(variables, "maxTokens", maxTokens);
        put(variables, "temperature", temperature);
        put(variables, "topP", topP);
        put(variables, "stop", stop);
        put(variables, "seed", seed);
        put(variables, "presencePenalty", presencePenalty);
        put(variables, "frequencyPenalty", frequencyPenalty);
        return variables;
    }

    private static void put(Map<String, Object> variables, String name, @Nullable Object value) {
        if (value != null) {
            variables.put(name, value);
        }
    }
}
