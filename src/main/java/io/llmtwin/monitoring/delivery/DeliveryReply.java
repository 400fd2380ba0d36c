package io.llmtwin.monitoring.delivery;

import io.llmtwin.llm.RetryAfter;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Headers;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bean {@code deliveryReply}: reads the answer to a call of a target. */
@Component
public final class DeliveryReply {
    /** A target that asks for more is tried again after this. */
    private static final Duration LONGEST_REST = Duration.ofHours(24);

    /**
     * Accepts what says that all was taken.
     *
     * @throws DeliveryFailedException otherwise
     */
    public void check(@Headers Map<String, Object> headers, @Body @Nullable String answer) {
        int status = (Integer) headers.getOrDefault(Exchange.HTTP_RESPONSE_CODE, 0);
        Verdict verdict = Verdict.of(status);
        if (verdict != Verdict.TAKEN) {
            throw new DeliveryFailedException(verdict, status, answer == null ? "" : answer, rest(headers));
        }
    }

    /** How long the target wants to be left alone: by {@code Retry-After}, or by Opik's {@code RateLimit-Reset}. */
    private static @Nullable Duration rest(Map<String, Object> headers) {
        for (String name : new String[] {"Retry-After", "RateLimit-Reset"}) {
            Object value = headers.get(name);
            Duration rest = value == null ? null : RetryAfter.of(value.toString(), LONGEST_REST);
            if (rest != null) {
                return rest;
            }
        }
        return null;
    }
}
