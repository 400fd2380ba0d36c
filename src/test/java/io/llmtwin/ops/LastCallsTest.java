package io.llmtwin.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.InternalServerException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LastCallsTest {
    private final CircuitBreaker breaker = CircuitBreaker.of(
            "test",
            CircuitBreakerConfig.custom()
                    .ignoreException(
                            failure -> failure instanceof HttpException || failure instanceof CancellationException)
                    .build());
    private final LastCalls calls = new LastCalls(breaker);

    @Test
    void upstream_thatWasNeverCalled_isWell() {
        assertThat(calls.isWell()).isTrue();
        assertThat(calls.details()).containsOnlyKeys("circuit_breaker");
    }

    @Test
    void upstream_thatFailed_isUnwellUntilItAnswers() {
        fail(new ConnectException("refused"));
        assertThat(calls.isWell()).isFalse();
        assertThat(calls.details()).containsEntry("last_error", "ConnectException: refused");
        breaker.onSuccess(1, TimeUnit.MILLISECONDS);
        assertThat(calls.isWell()).isTrue();
        assertThat(calls.details()).containsKeys("last_error", "last_error_time", "last_success");
    }

    @Test
    void upstream_thatIsNotCalled_isUnwell() {
        breaker.transitionToOpenState();
        assertThat(calls.isWell()).isFalse();
        assertThat(calls.details()).containsEntry("circuit_breaker", "open");
    }

    @Test
    void refusalThatTheBreakerIgnores_isShown() {
        fail(new HttpException(400, "the key sk-secret"));
        assertThat(calls.isWell()).isFalse();
        assertThat(calls.details()).containsEntry("last_error", "status 400");
    }

    @Test
    void callerWhoLeft_saysNothing() {
        fail(new CancellationException("interrupted"));
        assertThat(calls.isWell()).isTrue();
    }

    @Test
    void whatAServerWrote_isNeverShown() throws IOException {
        fail(new InternalServerException(new HttpException(500, "the key sk-secret")));
        assertThat(calls.details()).containsEntry("last_error", "status 500");
        fail(new RuntimeException("status code: 401; body: sk-secret"));
        assertThat(calls.details()).containsEntry("last_error", "RuntimeException");
        fail(Status.UNAVAILABLE.withDescription("sk-secret").asException());
        assertThat(calls.details()).containsEntry("last_error", "UNAVAILABLE");
        try {
            new ObjectMapper().readTree("sk-secret");
        } catch (IOException e) {
            fail(new RuntimeException(e));
        }
        assertThat(calls.details()).containsEntry("last_error", "JsonParseException");
    }

    private void fail(Throwable failure) {
        breaker.onError(1, TimeUnit.MILLISECONDS, failure);
    }
}
