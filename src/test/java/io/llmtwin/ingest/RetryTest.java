package io.llmtwin.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.util.backoff.FixedBackOff;

class RetryTest {
    private final Retry retry = new Retry(new FixedBackOff(1, 3));
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void call_failureThatPasses_isTriedAgain() throws InterruptedException {
        String result = retry.call("store", () -> {
            if (calls.incrementAndGet() < 3) {
                throw new IllegalStateException("wrapped", Status.UNAVAILABLE.asRuntimeException());
            }
            return "stored";
        });

        assertThat(result).isEqualTo("stored");
        assertThat(calls).hasValue(3);
    }

    @Test
    void call_failureThatStays_isReportedAfterSomeTries() {
        assertThatThrownBy(() -> retry.call("store points", () -> {
                    calls.incrementAndGet();
                    throw Status.UNAVAILABLE.withDescription("gone").asRuntimeException();
                }))
                .isInstanceOf(StoreException.class)
                .hasMessage("the vector store failed to store points: UNAVAILABLE gone");
        assertThat(calls).hasValue(4);
    }

    @Test
    void call_refusal_isReportedAtOnce() {
        assertThatThrownBy(() -> retry.call("store points", () -> {
                    calls.incrementAndGet();
                    throw Status.INVALID_ARGUMENT.withDescription("wrong size").asException();
                }))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("INVALID_ARGUMENT wrong size");
        assertThat(calls).hasValue(1);
    }
}
