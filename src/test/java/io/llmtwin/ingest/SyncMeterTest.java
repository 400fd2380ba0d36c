package io.llmtwin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmtwin.ingest.SyncProgress.State;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SyncMeterTest {
    private long now;
    private final SyncMeter meter = new SyncMeter(() -> now);

    @Test
    void progress_beforeAnything_isWaiting() {
        assertThat(meter.progress().state()).isEqualTo(State.WAITING);
    }

    @Test
    void progress_onTheWay_tellsRateAndTimeToGo() {
        meter.begin(new CorpusListing(10, 1_000, "f"));
        for (int i = 0; i < 5; i++) {
            meter.opened(50);
            meter.read(50);
            meter.document();
            meter.prepared(40);
            now += Duration.ofSeconds(1).toNanos();
            meter.embedded(20);
        }

        SyncProgress progress = meter.progress();

        assertThat(progress.state()).isEqualTo(State.RUNNING);
        assertThat(progress.documents()).isEqualTo(5);
        assertThat(progress.total()).isEqualTo(10);
        assertThat(progress.chunks()).isEqualTo(100);
        assertThat(progress.rate()).isEqualTo(20);
        assertThat(progress.remaining()).isEqualTo(Duration.ofSeconds(15 + 5));
    }

    @Test
    void progress_withinAFileOfManyDocuments_foretellsTheirNumber() {
        meter.begin(new CorpusListing(2, 1_000, "f"));
        meter.opened(900);
        meter.read(300);
        for (int i = 0; i < 25; i++) {
            meter.document();
        }

        assertThat(meter.progress().total()).isEqualTo(25 + 50 + 1);
    }

    @Test
    void progress_afterManyUnchanged_forgetsHowFastTheyWere() {
        meter.begin(new CorpusListing(2, 1_000_000, "f"));
        meter.read(500_000);
        meter.embedded(0);
        for (int i = 0; i < 120; i++) {
            now += Duration.ofSeconds(1).toNanos();
            meter.read(1_000);
            meter.embedded(10);
        }

        assertThat(meter.progress().remaining()).isBetween(Duration.ofSeconds(360), Duration.ofSeconds(400));
    }

    @Test
    void summary_atTheEnd_saysItAll() {
        meter.begin(new CorpusListing(1, 10, "f"));
        for (int i = 0; i < 76; i++) {
            meter.document();
        }
        now += Duration.ofSeconds(48).toNanos();
        meter.embedded(1_204);
        meter.skipped(new Skipped("a", "b"));
        meter.skipped(new Skipped("c", "d"));
        meter.done();

        assertThat(CorpusSync.summary(meter.progress()))
                .isEqualTo(
                        "corpus: 76 documents, 1,204 chunks embedded in 48 s (25/s), 0 unchanged, 0 removed, 2 skipped");
        assertThat(meter.progress().remaining()).isNull();
    }

    @Test
    void progress_thousandsSkipped_listsTheFirst() {
        meter.begin(new CorpusListing(1, 10, "f"));
        for (int i = 0; i < 5_000; i++) {
            meter.skipped(new Skipped("p" + i, "r"));
        }

        assertThat(meter.progress().skippedCount()).isEqualTo(5_000);
        assertThat(meter.progress().skipped()).hasSize(SyncProgress.MOST_SKIPPED);
    }

    @Test
    void progress_afterAFailure_keepsTheReasonUntilDone() {
        meter.begin(new CorpusListing(1, 10, "f"));
        meter.failed("no store");
        assertThat(meter.progress().state()).isEqualTo(State.FAILED);

        meter.begin(new CorpusListing(1, 10, "f"));
        assertThat(meter.progress().failure()).isEqualTo("no store");

        meter.done();
        assertThat(meter.progress().failure()).isNull();
    }
}
