package io.llmtwin.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmtwin.pipeline.Lifetime.End;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

class LifetimeTest {
    private final AtomicInteger broken = new AtomicInteger();
    private boolean gone;

    @Test
    void client_thatHasGone_endsTheRequestAndBreaksItsCallsOff() {
        Lifetime lifetime = of(Duration.ofMinutes(1));
        lifetime.call(broken::incrementAndGet);
        lifetime.tick();
        lifetime.check();
        gone = true;
        lifetime.tick();
        assertThat(broken).hasValue(1);
        assertThat(lifetime.end()).isEqualTo(End.CLIENT_GONE);
        assertThatThrownBy(lifetime::check)
                .isInstanceOfSatisfying(RequestEndedException.class, ended -> assertThat(ended.end())
                        .isEqualTo(End.CLIENT_GONE));
    }

    @Test
    void deadline_whenItHasPassed_endsTheRequestAndItsCalls() {
        Lifetime lifetime = of(Duration.ZERO);
        lifetime.call(broken::incrementAndGet);
        assertThat(lifetime.left()).isZero();
        assertThat(lifetime.end()).isEqualTo(End.DEADLINE);
        assertThat(broken).hasValue(1);
    }

    @Test
    void call_afterTheEnd_isBrokenOffAtOnce() {
        Lifetime lifetime = of(Duration.ofMinutes(1));
        lifetime.end(End.SHUTDOWN);
        lifetime.end(End.CLIENT_GONE);
        lifetime.call(broken::incrementAndGet);
        assertThat(broken).hasValue(1);
        assertThat(lifetime.end()).isEqualTo(End.SHUTDOWN);
    }

    @Test
    void call_thatHasReturned_isNotBrokenOff() {
        Lifetime lifetime = of(Duration.ofMinutes(1));
        lifetime.call(broken::incrementAndGet).close();
        lifetime.end(End.CLIENT_GONE);
        assertThat(broken).hasValue(0);
    }

    @Test
    void request_thatIsAnswered_isLeftAlone() {
        Lifetime lifetime = of(Duration.ofMinutes(1));
        lifetime.call(broken::incrementAndGet);
        lifetime.onTick(broken::incrementAndGet);
        lifetime.close();
        gone = true;
        lifetime.tick();
        lifetime.end(End.DEADLINE);
        assertThat(broken).hasValue(0);
        assertThat(lifetime.end()).isNull();
    }

    private Lifetime of(Duration time) {
        return new Lifetime(time, new Client() {
            @Override
            public boolean hasGone() {
                return gone;
            }

            @Override
            public void stillWaits() {}

            @Override
            public void rehearsed(Exchange exchange) {}
        });
    }
}
