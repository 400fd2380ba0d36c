package io.llmtwin.api;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** A field of an OpenAI request asks for something that is not there, or says nothing that makes sense. */
final class ParameterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final HttpStatus status;
    private final String param;
    private final @Nullable String code;

    private ParameterException(HttpStatus status, String param, @Nullable String code, String message) {
        super(message);
        this.status = status;
        this.param = param;
        this.code = code;
    }

    static ParameterException invalid(String param, String message) {
        return new ParameterException(HttpStatus.BAD_REQUEST, param, "invalid_value", message);
    }

    static ParameterException unsupported(String param, String message) {
        return new ParameterException(HttpStatus.BAD_REQUEST, param, "unsupported_parameter", message);
    }

    static ParameterException unknownModel(String model) {
        return new ParameterException(
                HttpStatus.NOT_FOUND,
                "model",
                "model_not_found",
                "there is no model '" + model + "'; GET /v1/models lists them");
    }

    HttpStatus status() {
        return status;
    }

    String param() {
        return param;
    }

    @Nullable
    String code() {
        return code;
    }
}
