package io.llmtwin.monitoring.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RestTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final DeliverySettings settings = new DeliverySettings(
            100, Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofMinutes(5));
    private final Rest rest = new Rest("opik", settings, Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void rest_failureAfterFailure_growsUpToTheLongestPause() {
        for (double expected : new double[] {1, 2, 4, 8, 16}) {
            rest.begin(new IOException("reset"));
            assertThat(seconds()).isBetween(expected / 2, expected * 1.5);
        }
        for (int i = 0; i < 200; i++) {
            rest.begin(new IOException("reset"));
        }
        assertThat(seconds()).isBetween(100.0, 300.0);
        assertThat(rest.problem()).isEqualTo(new Problem("java.io.IOException: reset", NOW, false));
    }

    @Test
    void rest_afterASuccess_beginsAnew() {
        for (int i = 0; i < 20; i++) {
            rest.begin(new IOException("reset"));
        }
        rest.end();
        assertThat(rest.problem()).isNull();
        rest.begin(new IOException("reset"));

        assertThat(seconds()).isLessThan(2);
    }

    @Test
    void rest_askedFor_isKeptWhereItIsLonger() {
        rest.begin(new DeliveryFailedException(Verdict.POSTPONED, 429, "", Duration.ofHours(3)));
        assertThat(seconds()).isEqualTo(3 * 3600);
        rest.begin(new DeliveryFailedException(Verdict.POSTPONED, 429, "", Duration.ofMillis(1)));
        assertThat(seconds()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void rest_denied_isLongAtOnce() {
        rest.begin(new DeliveryFailedException(Verdict.DENIED, 401, "who are you?", null));

        assertThat(seconds()).isEqualTo(300);
        assertThat(rest.problem()).isEqualTo(new Problem("status 401: who are you?", NOW, true));
    }

    private double seconds() {
        Instant until = rest.until();
        return until == null ? 0 : Duration.between(NOW, until).toMillis() / 1e3;
    }
}
