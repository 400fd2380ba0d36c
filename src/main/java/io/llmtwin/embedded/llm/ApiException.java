package io.llmtwin.embedded.llm;

import org.jspecify.annotations.Nullable;

/** A request that is refused, as vLLM words it: {@code {"error": {message, type, param, code}}}. */
final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final @Nullable String param;

    private ApiException(int status, String type, @Nullable String param, String message) {
        super(message);
        this.status = status;
        this.type = type;
        this.param = param;
    }

    static ApiException badRequest(@Nullable String param, String message) {
        return new ApiException(400, "BadRequestError", param, message);
    }

    static ApiException unknownModel(String model) {
        return new ApiException(404, "NotFoundError", "model", "The model `" + model + "` does not exist.");
    }

    static ApiException tooLarge(int limit) {
        return new ApiException(
                413, "RequestEntityTooLargeError", null, "The request's body is over " + limit + " bytes.");
    }

    static ApiException unavailable(String message) {
        return new ApiException(503, "ServiceUnavailableError", null, message);
    }

    static ApiException internal() {
        return new ApiException(500, "InternalServerError", null, "The request could not be served.");
    }

    int status() {
        return status;
    }

    ErrorBody body() {
        return new ErrorBody(new ErrorDetail(getMessage(), type, param, status));
    }

    /** The body of an error. */
    record ErrorBody(ErrorDetail error) {}

    /** What went wrong; {@code param} is the field at fault, where it is one. */
    record ErrorDetail(
            @Nullable String message, String type, @Nullable String param, int code) {}
}
