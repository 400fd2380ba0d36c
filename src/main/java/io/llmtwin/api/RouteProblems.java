package io.llmtwin.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.ingest.UnknownDocumentException;
import io.llmtwin.ingest.UploadFailedException;
import io.llmtwin.ingest.UploadRefusedException;
import io.llmtwin.llm.LlmUnavailableException;
import io.llmtwin.monitoring.UnknownTraceException;
import io.llmtwin.prompt.PromptTooLongException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The bean {@code routeProblems}: what a client is told when a route fails. */
@Component("routeProblems")
final class RouteProblems {
    private static final Logger LOG = LoggerFactory.getLogger(RouteProblems.class);

    private final ObjectMapper json;

    RouteProblems(ObjectMapper json) {
        this.json = json;
    }

    /** Replaces the message by the {@link Problem} that the caught exception means. */
    public void answer(Exchange exchange) throws JsonProcessingException {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        String traceId = exchange.getVariable("traceId", String.class);
        HttpStatus status = status(failure);
        if (status == HttpStatus.INTERNAL_SERVER_ERROR) {
            LOG.error("request {} failed", traceId, failure);
        } else if (status.is5xxServerError()) {
            LOG.warn("request {} got {}: {}", traceId, status.value(), failure.toString());
        }
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        if (status == HttpStatus.SERVICE_UNAVAILABLE) {
            message.setHeader("Retry-After", "5");
        }
        if (failure instanceof UploadRefusedException refused) {
            message.setHeader("Retry-After", String.valueOf(refused.retryAfter().toSeconds()));
        }
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status.value());
        message.setHeader(Exchange.CONTENT_TYPE, Problem.MEDIA_TYPE);
        Problem problem = Problem.of(status, detail(status, failure), traceId);
        message.setBody(json.writeValueAsString(
                failure instanceof UploadFailedException upload ? problem.with(upload.documents()) : problem));
    }

    private static HttpStatus status(Exception failure) {
        if (failure instanceof PromptTooLongException) {
            return HttpStatus.UNPROCESSABLE_ENTITY;
        }
        if (failure instanceof UploadRefusedException) {
            return HttpStatus.TOO_MANY_REQUESTS;
        }
        if (failure instanceof UploadFailedException upload) {
            return switch (upload.kind()) {
                case REJECTED -> HttpStatus.BAD_REQUEST;
                case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
                case LATE -> HttpStatus.GATEWAY_TIMEOUT;
            };
        }
        if (failure instanceof UnknownTraceException || failure instanceof UnknownDocumentException) {
            return HttpStatus.NOT_FOUND;
        }
        if (failure instanceof SocketTimeoutException && !(failure instanceof ConnectTimeoutException)) {
            return HttpStatus.GATEWAY_TIMEOUT;
        }
        if (failure instanceof LlmUnavailableException || isConnectionFailure(failure)) {
            return HttpStatus.SERVICE_UNAVAILABLE;
        }
        return HttpStatus.INTERNAL_SERVER_ERROR;
    }

    /** Of all upstreams only the language model's connection fails a request; the others are done without. */
    private static boolean isConnectionFailure(Exception failure) {
        return failure instanceof SocketException
                || failure instanceof UnknownHostException
                || failure instanceof ConnectTimeoutException
                || failure instanceof ConnectionRequestTimeoutException
                || failure instanceof HttpException
                || failure instanceof NoHttpResponseException
                || failure instanceof ConnectionClosedException
                || failure instanceof TruncatedChunkException
                || failure instanceof SSLException;
    }

    private static String detail(HttpStatus status, Exception failure) {
        if (failure instanceof UploadRefusedException || failure instanceof UploadFailedException) {
            return String.valueOf(failure.getMessage());
        }
        return switch (status) {
            case UNPROCESSABLE_ENTITY, NOT_FOUND -> String.valueOf(failure.getMessage());
            case GATEWAY_TIMEOUT -> "the language model did not answer in time";
            case SERVICE_UNAVAILABLE -> "the language model can't be reached or failed; try again soon";
            default -> "something went wrong here; the log has it under this trace id";
        };
    }
}
