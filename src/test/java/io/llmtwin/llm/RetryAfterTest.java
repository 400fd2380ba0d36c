package io.llmtwin.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

    @Test
    void seconds_always_areThatLong() {
        assertThat(RetryAfter.of(" 30 ")).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void date_inTheFuture_isTheTimeUntilThen() {
        String date = ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(2).format(DateTimeFormatter.RFC_1123_DATE_TIME);
        assertThat(RetryAfter.of(date)).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(120));
    }

    @Test
    void time_tooLong_isCapped() {
        assertThat(RetryAfter.of("999999999")).isEqualTo(RetryAfter.MOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "0", "1.5", "99999999999999999999", "Wed, 21 Oct 2015 07:28:00 GMT"})
    void header_withoutSense_isNone(String header) {
        assertThat(RetryAfter.of(header)).isNull();
        assertThat(RetryAfter.of(null)).isNull();
    }
}
