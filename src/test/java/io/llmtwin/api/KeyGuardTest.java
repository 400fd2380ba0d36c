package io.llmtwin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.util.unit.DataSize;

class KeyGuardTest {
    private static final String KEYS = "team:s3cret-one, other:s3cret-two";

    @ParameterizedTest
    @ValueSource(strings = {"Bearer s3cret-one", "bearer s3cret-two", "Bearer  s3cret-two "})
    void request_withAKey_passes(String authorization) throws Exception {
        assertThat(status(KEYS, "/api/v1/generate", authorization)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer s3cret",
                "Bearer",
                "Bearer ",
                "Basic s3cret-one",
                "s3cret-one",
                "Bearer team:s3cret-one",
                ""
            })
    void request_withoutAKey_isA401(String authorization) throws Exception {
        assertThat(status(KEYS, "/api/v1/generate", authorization)).isEqualTo(401);
    }

    @Test
    void page_never_needsAKey() throws Exception {
        assertThat(status(KEYS, "/", "")).isEqualTo(200);
    }

    @Test
    void request_noKeysSet_passes() throws Exception {
        assertThat(status("", "/api/v1/generate", "")).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void start_openToOthersWithoutKeys_isRefused(String address) {
        assertThatThrownBy(() -> guard("", address)).isInstanceOf(OpenDoorException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hush-hush", ":hush-hush", "name:", "a:b,,c:d", "a:b,hush-hush"})
    void keys_malformed_areRefusedWithoutShowingThem(String setting) {
        assertThatThrownBy(() -> new ApiKeys(setting))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LLM_TWIN_API_KEYS")
                .hasMessageNotContaining("hush");
    }

    private static int status(String keys, String path, String authorization) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", path);
        request.setServletPath(path);
        if (!authorization.isEmpty()) {
            request.addHeader("Authorization", authorization);
        }
        MockHttpServletResponse response = new MockHttpServletResponse();
        guard(keys, "127.0.0.1").doFilter(request, response, new MockFilterChain());
        return response.getStatus();
    }

    private static KeyGuard guard(String keys, String address) throws Exception {
        ServerProperties server = new ServerProperties();
        server.setAddress(InetAddress.getByName(address));
        return new KeyGuard(
                new ApiSettings(1, DataSize.ofMegabytes(1), keys, Duration.ofSeconds(5)),
                server,
                new ProblemWriter(new ObjectMapper()));
    }
}
