package io.llmtwin.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.llmtwin.monitoring.Entry.Kind;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.springframework.util.unit.DataSize;

/**
 * A process that appends to a journal, for tests that do to it what can't be done to a test's own: {@code JournalWriter
 * FOLDER COUNT}. Says on standard error, which the log leaves alone,
 * the number of each record once it is appended, and at the end how the journal stands.
 */
public final class JournalWriter {
    private JournalWriter() {}

    public static void main(String[] arguments) throws Exception {
        JournalSettings settings = new JournalSettings(DataSize.ofMegabytes(64), Duration.ofDays(30));
        try (Journal journal = Journal.open(Path.of(arguments[0]), settings, Clock.systemUTC())) {
            for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
                String content = i + " " + "x".repeat(i * 131 % 20_000);
                boolean kept = journal.append(Kind.PROMPT, new UUID(7, i), content.getBytes(UTF_8));
                System.err.println(kept ? i : "dropped");
            }
            System.err.println("state " + journal.state());
        }
    }
}
