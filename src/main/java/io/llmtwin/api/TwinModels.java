package io.llmtwin.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;

/** The bean {@code twinModels}: the models at this door, as OpenAI lists them. */
@Component("twinModels")
final class TwinModels {
    private final long started = Instant.now().getEpochSecond();

    public Listing all() {
        return new Listing(
                "list", Arrays.stream(TwinModel.values()).map(this::describe).toList());
    }

    /** The model {@code id}; an error of OpenAI's if there is none. */
    public Description find(@Header("id") String id) {
        return TwinModel.of(id).map(this::describe).orElseThrow(() -> ParameterException.unknownModel(id));
    }

    private Description describe(TwinModel model) {
        return new Description(model.id(), "model", started, "llm-twin");
    }

    record Listing(String object, List<Description> data) {}

    /** One model. {@code created} is in seconds since 1970. */
    @JsonNaming(SnakeCaseStrategy.class)
    record Description(String id, String object, long created, String ownedBy) {}
}
