package io.llmtwin.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.evaluation.EvaluationRefusedException;
import io.llmtwin.evaluation.MalformedEvaluationException;
import io.llmtwin.ingest.UnknownDocumentException;
import io.llmtwin.ingest.UploadFailedException;
import io.llmtwin.ingest.UploadRefusedException;
import io.llmtwin.llm.AnswerCutException;
import io.llmtwin.llm.AnswerListener;
import io.llmtwin.llm.LlmUnavailableException;
import io.llmtwin.llm.PromptRefusedException;
import io.llmtwin.monitoring.JournalUnavailableException;
import io.llmtwin.monitoring.TraceFilterException;
import io.llmtwin.monitoring.UnknownExperimentException;
import io.llmtwin.monitoring.UnknownTraceException;
import io.llmtwin.pipeline.Lifetime;
import io.llmtwin.pipeline.RejectedPipelineException;
import io.llmtwin.pipeline.RequestEndedException;
import io.llmtwin.pipeline.RevisionInUseException;
import io.llmtwin.pipeline.UnknownRevisionException;
import io.llmtwin.prompt.PromptTooLongException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The bean {@code routeProblems}: what a client is told when a route fails. */
@Component("routeProblems")
final class RouteProblems {
    private static final Logger LOG = LoggerFactory.getLogger(RouteProblems.class);

    /** Nobody sees it but the access log; nginx coined the number. */
    private static final int CLIENT_CLOSED_REQUEST = 499;

    private final ObjectMapper json;

    RouteProblems(ObjectMapper json) {
        this.json = json;
    }

    /** Answers with the {@link Problem} that the caught exception means, in the response or at the end of the stream. */
    public void answer(Exchange exchange) throws JsonProcessingException {
        Problem problem = problem(exchange);
        answer(exchange, problem, Problem.MEDIA_TYPE, problem);
    }

    /** The same in OpenAI's form. */
    public void answerOpenAi(Exchange exchange) throws JsonProcessingException {
        if (exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof ParameterException parameter) {
            OpenAiError error = OpenAiError.of(
                    parameter.status(), String.valueOf(parameter.getMessage()), parameter.param(), parameter.code());
            respond(exchange, parameter.status(), "application/json", error);
            return;
        }
        Problem problem = problem(exchange);
        HttpStatus status = HttpStatus.valueOf(problem.status());
        OpenAiError error = OpenAiError.of(status, problem.detail(), null, null);
        answer(exchange, problem, "application/json", error);
    }

    private Problem problem(Exchange exchange) {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        String traceId = exchange.getVariable("traceId", String.class);
        HttpStatus status = status(failure, exchange.getVariable("revisionId", String.class));
        if (isOfGoneClient(failure)) {
            LOG.info("request {} was cancelled: its client has hung up", traceId);
        } else if (status == HttpStatus.INTERNAL_SERVER_ERROR) {
            LOG.error("request {} failed", traceId, failure);
        } else if (status.is5xxServerError()) {
            LOG.warn("request {} got {}: {}", traceId, status.value(), failure.toString());
        }
        Problem problem = Problem.of(status, detail(status, failure), traceId);
        if (failure instanceof RejectedPipelineException rejected) {
            return problem.withProblems(rejected.problems());
        }
        if (failure instanceof MalformedEvaluationException malformed) {
            return problem.withProblems(malformed.problems());
        }
        return failure instanceof UploadFailedException upload ? problem.with(upload.documents()) : problem;
    }

    private void answer(Exchange exchange, Problem problem, String contentType, Object body)
            throws JsonProcessingException {
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        EventStream stream = exchange.getVariable(AnswerListener.VARIABLE, EventStream.class);
        boolean isOpen = stream != null && stream.endHeartbeats();
        if (isOpen || isOfGoneClient(failure)) {
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, CLIENT_CLOSED_REQUEST);
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, contentType);
            exchange.getMessage().setBody(null);
        } else {
            respond(exchange, HttpStatus.valueOf(problem.status()), contentType, body);
            if (problem.status() == HttpStatus.SERVICE_UNAVAILABLE.value()
                    || failure instanceof UploadRefusedException) {
                exchange.getMessage().setHeader("Retry-After", retryAfter(failure));
            }
        }
        if (isOpen && !isOfGoneClient(failure)) {
            try {
                stream.fail(problem);
            } catch (RequestEndedException gone) {
                LOG.info(
                        "request {}: the client left before it could be told: {}",
                        problem.traceId(),
                        gone.getMessage());
            }
        }
    }

    private void respond(Exchange exchange, HttpStatus status, String contentType, Object body)
            throws JsonProcessingException {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status.value());
        message.setHeader(Exchange.CONTENT_TYPE, contentType);
        message.setBody(json.writeValueAsString(body));
    }

    private static long retryAfter(Exception failure) {
        if (failure instanceof UploadRefusedException refused) {
            return Math.max(1, refused.retryAfter().toSeconds());
        }
        long millis = failure instanceof LlmUnavailableException unavailable
                ? unavailable.retryAfter().toMillis()
                : 1000;
        return Math.max(1, (millis + 999) / 1000);
    }

    private static boolean isOfGoneClient(Exception failure) {
        return failure instanceof RequestEndedException ended && ended.end() == Lifetime.End.CLIENT_GONE;
    }

    private static HttpStatus status(Exception failure, @Nullable String addressedRevision) {
        if (failure instanceof PromptTooLongException
                || failure instanceof PromptRefusedException
                || failure instanceof RejectedPipelineException
                || failure instanceof MalformedEvaluationException) {
            return HttpStatus.UNPROCESSABLE_ENTITY;
        }
        if (failure instanceof ForbiddenAuthorException) {
            return HttpStatus.FORBIDDEN;
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
        if (failure instanceof UnknownRevisionException unknown) {
            return unknown.id().equals(addressedRevision) ? HttpStatus.NOT_FOUND : HttpStatus.BAD_REQUEST;
        }
        if (failure instanceof RevisionInUseException) {
            return HttpStatus.CONFLICT;
        }
        if (failure instanceof ParameterException parameter) {
            return parameter.status();
        }
        if (failure instanceof UnknownTraceException
                || failure instanceof UnknownDocumentException
                || failure instanceof UnknownExperimentException) {
            return HttpStatus.NOT_FOUND;
        }
        if (failure instanceof RequestEndedException ended && ended.end() == Lifetime.End.DEADLINE) {
            return HttpStatus.GATEWAY_TIMEOUT;
        }
        if (failure instanceof TraceFilterException || failure instanceof EvaluationRefusedException) {
            return HttpStatus.BAD_REQUEST;
        }
        if (failure instanceof LlmUnavailableException
                || failure instanceof JournalUnavailableException
                || failure instanceof AnswerCutException
                || failure instanceof RequestEndedException) {
            return HttpStatus.SERVICE_UNAVAILABLE;
        }
        return HttpStatus.INTERNAL_SERVER_ERROR;
    }

    private static String detail(HttpStatus status, Exception failure) {
        if (failure instanceof UploadRefusedException || failure instanceof UploadFailedException) {
            return String.valueOf(failure.getMessage());
        }
        return switch (status) {
            case BAD_REQUEST, FORBIDDEN, UNPROCESSABLE_ENTITY, NOT_FOUND, CONFLICT ->
                String.valueOf(failure.getMessage());
            case GATEWAY_TIMEOUT -> "the answer was not there in time";
            case SERVICE_UNAVAILABLE -> unavailable(failure);
            default -> "something went wrong here; the log has it under this trace id";
        };
    }

    private static String unavailable(Exception failure) {
        if (failure instanceof JournalUnavailableException) {
            return String.valueOf(failure.getMessage());
        }
        if (failure instanceof AnswerCutException) {
            return "the language model broke off: what came so far is not the whole answer";
        }
        return failure instanceof RequestEndedException
                ? "the service is stopping; ask again"
                : "the language model can't be reached or failed; try again soon";
    }
}
