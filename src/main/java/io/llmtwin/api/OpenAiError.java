package io.llmtwin.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** An error as OpenAI's clients know it. */
record OpenAiError(Detail error) {
    private static final String INVALID_REQUEST = "invalid_request_error";

    static OpenAiError of(HttpStatus status, String message, @Nullable String param, @Nullable String code) {
        String type = status.is4xxClientError() ? INVALID_REQUEST : "server_error";
        return new OpenAiError(new Detail(message, type, param, code == null ? code(status) : code));
    }

    private static @Nullable String code(HttpStatus status) {
        return switch (status) {
            case UNAUTHORIZED -> "invalid_api_key";
            case FORBIDDEN -> "insufficient_permissions";
            case TOO_MANY_REQUESTS -> "rate_limit_exceeded";
            case UNPROCESSABLE_ENTITY -> "context_length_exceeded";
            case GATEWAY_TIMEOUT -> "timeout";
            default -> null;
        };
    }

    /**
     * What is wrong.
     *
     * @param param the field of the request that is to blame; null for none
     * @param code for programs; null for none
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Detail(
            String message,
            String type,
            @Nullable String param,
            @Nullable String code) {}
}
