package io.llmtwin.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** A journal in a process of its own, which is killed or has no room left. */
class JournalProcessTest {
    private static final JournalSettings SETTINGS = new JournalSettings(DataSize.ofMegabytes(64), Duration.ofDays(30));

    @TempDir
    Path folder;

    @Test
    void append_processKilledInTheMiddle_losesNothingThatWasAppended() throws Exception {
        int next = 0;
        for (int round = 1; round <= 3; round++) {
            Process process = start("", 1_000_000);
            int appended = -1;
            try (BufferedReader said = said(process)) {
                while (appended < 1_000 * round) {
                    appended = Integer.parseInt(said.readLine());
                }
                // SIGKILL, while it goes on appending
                process.toHandle().destroyForcibly();
                for (String line = said.readLine(); line != null; line = said.readLine()) {
                    appended = line.isEmpty() ? appended : Math.max(appended, number(line, appended));
                }
            }
            process.waitFor();
            try (Journal journal = Journal.open(folder, SETTINGS, Clock.systemUTC())) {
                assertThat(journal.state().damaged()).isLessThanOrEqualTo(1);
                List<Entry> entries = after(journal, next);
                assertThat(entries).hasSizeBetween(appended + 1, appended + 2);
                for (int i = 0; i < entries.size(); i++) {
                    assertThat(new String(entries.get(i).content(), UTF_8)).startsWith(i + " ");
                }
                next = (int) journal.end().number();
            }
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no limit on the size of a file")
    void append_noRoomLeft_dropsAndCountsAndGoesOn() throws Exception {
        Process process = start(ChildProcess.WITHOUT_ROOM, 300);
        List<String> lines = new ArrayList<>();
        try (BufferedReader said = said(process)) {
            said.lines().forEach(lines::add);
        }
        assertThat(process.waitFor()).isZero();
        long dropped = lines.stream().filter("dropped"::equals).count();
        assertThat(lines).hasSize(301);
        assertThat(lines.get(0)).isEqualTo("0");
        assertThat(dropped).isPositive().isLessThan(300);
        assertThat(lines.get(300)).contains("appended=" + (300 - dropped)).contains("dropped=" + dropped);
        try (Journal journal = Journal.open(folder, SETTINGS, Clock.systemUTC())) {
            assertThat(journal.state().damaged()).isZero();
            assertThat(after(journal, 0)).hasSize((int) (300 - dropped));
        }
    }

    private Process start(String first, int count) throws IOException {
        return ChildProcess.start(first, JournalWriter.class, folder.toString(), Integer.toString(count));
    }

    private static BufferedReader said(Process process) {
        return new BufferedReader(new InputStreamReader(process.getErrorStream(), UTF_8));
    }

    /** The number that {@code line} is, which may have been cut. */
    private static int number(String line, int last) {
        int number = Integer.parseInt(line);
        return number == last + 1 ? number : last;
    }

    private static List<Entry> after(Journal journal, int position) throws IOException {
        return journal.read(new Position(position), Integer.MAX_VALUE, Long.MAX_VALUE)
                .entries();
    }
}
