package io.llmtwin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private final AtomicLong clock = new AtomicLong();
    private final Backlog backlog = new Backlog(100, clock::get);

    @Test
    void enter_overTheLimit_isRefusedUntilThereIsRoom() {
        assertThat(backlog.enter(60)).isTrue();
        assertThat(backlog.enter(41)).isFalse();
        assertThat(backlog.enter(40)).isTrue();

        backlog.leave(60);

        assertThat(backlog.enter(60)).isTrue();
        assertThat(backlog.pending()).isEqualTo(100);
    }

    @Test
    void enter_moreThanTheLimitAlone_isLetInWhenNothingElseIsThere() {
        assertThat(backlog.enter(1_000)).isTrue();
        assertThat(backlog.enter(1)).isFalse();

        backlog.leave(1_000);

        assertThat(backlog.enter(1)).isTrue();
    }

    @Test
    void emptyIn_afterSomeWereStored_followsTheirRate() {
        backlog.enter(100);
        for (int i = 0; i < 20; i++) {
            clock.addAndGet(Duration.ofMillis(100).toNanos());
            backlog.stored(1);
        }

        assertThat(backlog.emptyIn()).isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11));
    }

    @Test
    void emptyIn_always_isFromOneSecondToSixty() {
        assertThat(backlog.emptyIn()).isEqualTo(Duration.ofSeconds(1));

        backlog.enter(1_000_000);

        assertThat(backlog.emptyIn()).isEqualTo(Duration.ofSeconds(60));
    }
}
