package io.llmtwin.keys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {

    @ParameterizedTest
    @ValueSource(strings = {"Bearer s3cret", "bearer s3cret", "BEARER   s3cret ", " Bearer s3cret"})
    void bearer_inAnyCase_isAToken(String header) {
        Credentials credentials = Credentials.of(header);
        assertThat(credentials.bearerToken()).hasValue("s3cret");
        assertThat(credentials.password()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic bWU6czNjcmV0OnR3bw==", "basic bWU6czNjcmV0OnR3bw=="})
    void basic_inAnyCase_isAPassword(String header) {
        Credentials credentials = Credentials.of(header);
        assertThat(credentials.password()).hasValue("s3cret:two");
        assertThat(credentials.bearerToken()).isEmpty();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "Bearer", "Bearer ", "s3cret", "Bearers3cret", "Digest s3cret", "Basic s3cret"})
    void header_ofAnythingElse_isNeither(String header) {
        assertThat(Credentials.of(header).bearerToken()).isEmpty();
        assertThat(Credentials.of(header).password()).isEmpty();
    }

    @Test
    void basic_withoutAColon_isNoPassword() {
        assertThat(Credentials.of("Basic czNjcmV0").password()).isEmpty();
    }
}
