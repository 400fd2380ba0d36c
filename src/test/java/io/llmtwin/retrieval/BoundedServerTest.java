package io.llmtwin.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.langchain4j.exception.HttpException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedServerTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final URI URL = URI.create("http://localhost:8000/v1");

    private final BoundedServers servers =
            new BoundedServers(CircuitBreakerRegistry.ofDefaults(), UnaryOperator.identity());
    private final AtomicInteger calls = new AtomicInteger();

    @AfterEach
    void close() {
        servers.close();
    }

    @Test
    void answer_inTime_isTheServers() {
        assertThat(server(LONG, LONG).call(() -> "hello")).isEqualTo("hello");
    }

    @Test
    void answer_thatDoesNotCome_isGivenUpOnAndInterrupted() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        Supplier<String> hanging = () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return "too late";
        };
        assertThatThrownBy(() -> server(Duration.ofMillis(50), LONG).call(hanging))
                .isInstanceOf(CancellationException.class);
        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void server_thatFailsTwice_isNotCalledForAWhile() {
        BoundedServer server = server(LONG, LONG);
        assertThatThrownBy(() -> server.call(this::fails)).hasMessage("down");
        assertThatThrownBy(() -> server.call(this::fails)).hasMessage("down");
        assertThatThrownBy(() -> server.call(this::fails)).isInstanceOf(CallNotPermittedException.class);
        assertThat(calls).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void server_thatRefusesWhatItIsAsked_isAskedOn(int status) {
        BoundedServer server = server(LONG, LONG);
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> server.call(() -> {
                        throw new IllegalStateException(new HttpException(status, "no"));
                    }))
                    .hasRootCauseInstanceOf(HttpException.class);
        }
        assertThat(server.call(() -> "hello")).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 429, 500, 503})
    void server_thatRefusesWhoAsksOrIsBroken_isNot(int status) {
        BoundedServer server = server(LONG, LONG);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> server.call(() -> {
                        throw new HttpException(status, "no");
                    }))
                    .isInstanceOf(HttpException.class);
        }
        assertThatThrownBy(() -> server.call(() -> "hello")).isInstanceOf(CallNotPermittedException.class);
    }

    @Test
    void callers_thatAreInterrupted_sayNothingAboutTheServer() {
        CountDownLatch released = new CountDownLatch(1);
        BoundedServer server = server(LONG, LONG);
        for (int i = 0; i < 3; i++) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> server.call(() -> {
                        Uninterruptibles.awaitUninterruptibly(released);
                        return "late";
                    }))
                    .isInstanceOf(CancellationException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
        released.countDown();
        assertThat(server.call(() -> "hello")).isEqualTo("hello");
    }

    @Test
    void server_thatIsBack_isCalledAgain() {
        BoundedServer server = server(LONG, Duration.ofMillis(20));
        assertThatThrownBy(() -> server.call(this::fails)).hasMessage("down");
        assertThatThrownBy(() -> server.call(this::fails)).hasMessage("down");
        Awaitility.await().ignoreExceptions().until(() -> server.call(() -> "back"), "back"::equals);
    }

    @Test
    void address_always_isWithoutCredentials() {
        URI url = URI.create("https://ada:secret@example.com:8443/v1/rerank?key=secret#secret");
        assertThat(servers.add("rerank", url, LONG, IntervalFunction.of(LONG)).address())
                .isEqualTo("https://example.com:8443/v1/rerank");
    }

    private BoundedServer server(Duration timeout, Duration pause) {
        return servers.add("test", URL, timeout, IntervalFunction.of(pause));
    }

    private String fails() {
        calls.incrementAndGet();
        throw new IllegalStateException("down");
    }
}
