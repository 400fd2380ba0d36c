package io.llmtwin.embedded.qdrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qdrant.client.grpc.Common.PointId;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointKeyTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "550e8400-e29b-41d4-a716-446655440000",
                "550E8400-E29B-41D4-A716-446655440000",
                "550e8400e29b41d4a716446655440000",
                "urn:uuid:550e8400-e29b-41d4-a716-446655440000",
                "{550e8400-e29b-41d4-a716-446655440000}"
            })
    void of_anyFormOfAUuid_isTheSameKey(String text) {
        assertThat(uuid(text)).hasToString("550e8400-e29b-41d4-a716-446655440000");
        assertThat(uuid(text).toPointId().getUuid()).isEqualTo("550e8400-e29b-41d4-a716-446655440000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "550e8400-e29b-41d4-a716-44665544000",
                "550e8400-e29b-41d4-a716-44665544000g",
                "1-1-1-1-1"
            })
    void of_noUuid_isRefused(String text) {
        assertThatThrownBy(() -> uuid(text)).isInstanceOf(Refusal.class).hasMessage("Unable to parse UUID: " + text);
    }

    @Test
    void compareTo_numbersAndUuids_isNumbersUnsignedThenUuids() {
        assertThat(Stream.of(
                                uuid("ffffffff-ffff-ffff-ffff-ffffffffffff"),
                                uuid("00000000-0000-0000-0000-000000000000"),
                                number(-1),
                                number(1),
                                number(0))
                        .sorted())
                .containsExactly(
                        number(0),
                        number(1),
                        number(-1),
                        uuid("00000000-0000-0000-0000-000000000000"),
                        uuid("ffffffff-ffff-ffff-ffff-ffffffffffff"));
        assertThat(number(-1)).hasToString("18446744073709551615");
    }

    private static PointKey uuid(String text) {
        return PointKey.of(PointId.newBuilder().setUuid(text).build());
    }

    private static PointKey number(long number) {
        return PointKey.of(PointId.newBuilder().setNum(number).build());
    }
}
