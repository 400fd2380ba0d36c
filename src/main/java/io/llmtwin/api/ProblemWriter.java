package io.llmtwin.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Answers with a {@link Problem}, or an {@link OpenAiError} on OpenAI's paths, where no route has begun yet. */
@Component
final class ProblemWriter {
    private final ObjectMapper json;

    ProblemWriter(ObjectMapper json) {
        this.json = json;
    }

    void write(HttpServletRequest request, HttpServletResponse response, HttpStatus status, String detail)
            throws IOException {
        response.setStatus(status.value());
        boolean isOpenAi = ApiPath.isOpenAi(request.getServletPath());
        response.setContentType(isOpenAi ? MediaType.APPLICATION_JSON_VALUE : Problem.MEDIA_TYPE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        json.writeValue(
                response.getOutputStream(),
                isOpenAi
                        ? OpenAiError.of(status, detail, null, null)
                        : Problem.of(status, detail, Door.traceId(request)));
    }
}
