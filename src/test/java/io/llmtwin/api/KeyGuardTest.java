package io.llmtwin.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.keys.Keys;
import io.llmtwin.keys.OpenDoorException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

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
    @CsvSource({
        "s3cret-client, /api/v1/generate, 200",
        "s3cret-client, /api/v1/search, 200",
        "s3cret-client, /api/v1/feedback, 200",
        "s3cret-client, /v1/chat/completions, 200",
        "s3cret-client, /v1/models, 200",
        "s3cret-client, /api/v1/documents, 403",
        "s3cret-client, /api/v1/documents/1, 403",
        "s3cret-client, /api/v1/traces, 403",
        "s3cret-client, /api/v1/revisions, 403",
        "s3cret-client, /api/v1/generate/x, 403",
        "s3cret-engineer, /api/v1/generate, 200",
        "s3cret-engineer, /api/v1/traces, 200",
        "s3cret-engineer, /api/v1/replay, 200",
        "s3cret-ops, /api/v1/generate, 403",
        "s3cret-ops, /openapi.yaml, 200"
    })
    void request_withAKey_mayWhatItsRoleMay(String key, String path, int status) throws Exception {
        String keys = "a/client:s3cret-client,b/engineer:s3cret-engineer,c/ops:s3cret-ops";
        assertThat(status(keys, path, "Bearer " + key)).isEqualTo(status);
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
        return new KeyGuard(Keys.of(keys), server, new ProblemWriter(new ObjectMapper()));
    }
}
