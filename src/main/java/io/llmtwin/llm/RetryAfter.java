package io.llmtwin.llm;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Reads the header Retry-After: seconds or a date (RFC 9110, section 10.2.3). */
public final class RetryAfter {
    /** A server that asks for more is asked again after this. */
    static final Duration MOST = Duration.ofMinutes(10);

    private RetryAfter() {}

    /** How long to wait, at most {@link #MOST}; null where the header is missing or makes no sense. */
    static @Nullable Duration of(@Nullable String header) {
        return of(header, MOST);
    }

    /** How long to wait, at most {@code most}; null where the header is missing or makes no sense. */
    public static @Nullable Duration of(@Nullable String header, Duration most) {
        if (header == null) {
            return null;
        }
        Duration asked;
        try {
            asked = header.strip().matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(header.strip()))
                    : Duration.between(
                            Instant.now(), ZonedDateTime.parse(header.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeParseException e) {
            return null;
        }
        if (asked.isNegative() || asked.isZero()) {
            return null;
        }
        return asked.compareTo(most) > 0 ? most : asked;
    }
}
