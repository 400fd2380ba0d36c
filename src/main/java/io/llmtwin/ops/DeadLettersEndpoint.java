package io.llmtwin.ops;

import io.llmtwin.monitoring.delivery.DeadLetter;
import io.llmtwin.monitoring.delivery.Redelivery;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.stereotype.Component;

/**
 * What monitoring services refused, at {@code /actuator/deadletters}: a GET shows it without its text, a POST to {@code
 * /actuator/deadletters/TARGET} sends it again.
 */
@Component
@WebEndpoint(id = "deadletters")
final class DeadLettersEndpoint {
    private static final int SHOWN = 100;

    private final Redelivery redelivery;

    DeadLettersEndpoint(Redelivery redelivery) {
        this.redelivery = redelivery;
    }

    /** The oldest 100 of each target, by its name. */
    @ReadOperation
    Map<String, List<Letter>> list() throws IOException {
        return redelivery.deadLetters(SHOWN).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        letters -> letters.getValue().stream().map(Letter::of).toList()));
    }

    /** Sends those of {@code target} again; 404 where nothing is delivered to such a target. */
    @WriteOperation
    WebEndpointResponse<Redelivery.Result> redeliver(@Selector String target) throws IOException {
        return redelivery
                .redeliver(target)
                .map(WebEndpointResponse::new)
                .orElseGet(() -> new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND));
    }

    /** A dead letter without its text. */
    record Letter(Instant time, String kind, UUID traceId, int status, String reason) {
        static Letter of(DeadLetter letter) {
            return new Letter(letter.time(), letter.kind().name(), letter.traceId(), letter.status(), letter.reason());
        }
    }
}
