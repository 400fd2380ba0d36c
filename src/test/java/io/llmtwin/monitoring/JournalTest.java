package io.llmtwin.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final long MEGABYTE = 1 << 20;

    @TempDir
    Path folder;

    @Test
    void newest_always_comesFirst() throws IOException {
        try (Journal journal = Journal.open(folder, MEGABYTE)) {
            append(journal, "one");
            append(journal, "two");
            append(journal, "three");
            assertThat(texts(journal.newest(2))).containsExactly("three", "two");
        }
    }

    @Test
    void find_afterReopening_hasEveryRecord() throws IOException {
        List<UUID> ids = new ArrayList<>();
        try (Journal journal = Journal.open(folder, MEGABYTE)) {
            for (int i = 0; i < 100; i++) {
                ids.add(append(journal, "record " + i));
            }
        }
        try (Journal journal = Journal.open(folder, MEGABYTE)) {
            for (int i = 0; i < 100; i++) {
                assertThat(journal.find(ids.get(i)))
                        .hasValueSatisfying(content ->
                                assertThat(new String(content, UTF_8)).startsWith("record "));
            }
            assertThat(journal.find(UUID.randomUUID())).isEmpty();
        }
    }

    @Test
    void open_tornTail_keepsWhatIsWholeAndGoesOn() throws IOException {
        UUID whole;
        try (Journal journal = Journal.open(folder, MEGABYTE)) {
            whole = append(journal, "whole");
            append(journal, "torn");
        }
        Path segment = segments().get(0);
        byte[] bytes = Files.readAllBytes(segment);
        for (int cut = 1; cut < Segment.HEADER + 4; cut++) {
            Files.write(segment, java.util.Arrays.copyOf(bytes, bytes.length - cut));
            try (Journal journal = Journal.open(folder, MEGABYTE)) {
                UUID next = append(journal, "next");
                assertThat(journal.find(whole)).isPresent();
                assertThat(journal.find(next)).isPresent();
                assertThat(journal.state().records()).isEqualTo(2);
            }
        }
    }

    @Test
    void open_lastRecordDamaged_dropsIt() throws IOException {
        try (Journal journal = Journal.open(folder, MEGABYTE)) {
            append(journal, "whole");
            append(journal, "damaged");
        }
        Path segment = segments().get(0);
        byte[] bytes = Files.readAllBytes(segment);
        bytes[bytes.length - 1] ^= 1;
        Files.write(segment, bytes);
        try (Journal journal = Journal.open(folder, MEGABYTE)) {
            assertThat(texts(journal.newest(9))).containsExactly("whole");
        }
    }

    @Test
    void append_beyondTheBound_forgetsTheOldestAndStaysSmall() throws IOException {
        try (Journal journal = Journal.open(folder, MEGABYTE)) {
            UUID first = append(journal, "first");
            for (int i = 0; i < 300; i++) {
                append(journal, "x".repeat(10_000));
            }
            UUID last = append(journal, "last");
            assertThat(journal.find(first)).isEmpty();
            assertThat(journal.find(last)).isPresent();
            assertThat(journal.state().bytes()).isLessThan(MEGABYTE * 5 / 4);
            assertThat(segments().stream()
                            .mapToLong(file -> file.toFile().length())
                            .sum())
                    .isEqualTo(journal.state().bytes());
        }
    }

    @Test
    void newest_whileOldSegmentsAreLetGo_isNoError() throws Exception {
        try (Journal journal = Journal.open(folder, MEGABYTE)) {
            ExecutorService writer = Executors.newSingleThreadExecutor();
            Future<?> writing = writer.submit(() -> {
                for (int i = 0; i < 2_000; i++) {
                    append(journal, "x".repeat(5_000));
                }
            });
            while (!writing.isDone()) {
                assertThat(journal.newest(500)).isNotNull();
            }
            writing.get();
            writer.shutdown();
        }
    }

    @Test
    void append_fromManyThreads_losesNothing() throws Exception {
        try (Journal journal = Journal.open(folder, 64 * MEGABYTE)) {
            ExecutorService threads = Executors.newFixedThreadPool(8);
            List<Future<UUID>> appended = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                String content = "record " + i;
                appended.add(threads.submit(() -> append(journal, content)));
            }
            for (Future<UUID> id : appended) {
                assertThat(journal.find(id.get())).isPresent();
            }
            threads.shutdown();
            assertThat(journal.state().appended()).isEqualTo(2_000);
        }
    }

    @Test
    void append_onAnInterruptedThread_costsThatRecordAlone() throws Exception {
        try (Journal journal = Journal.open(folder, MEGABYTE)) {
            UUID before = append(journal, "before");
            Thread.currentThread().interrupt();
            append(journal, "lost");
            assertThat(Thread.interrupted()).isTrue();
            UUID after = append(journal, "after");
            assertThat(journal.state().dropped()).isEqualTo(1);
            assertThat(journal.find(after)).isPresent();
            assertThat(journal.find(before)).isPresent();
        }
    }

    @Test
    void open_fileWithAForeignName_isLeftAlone() throws IOException {
        Files.writeString(folder.resolve("old.journal"), "mine");
        try (Journal journal = Journal.open(folder, MEGABYTE)) {
            append(journal, "one");
        }
        assertThat(folder.resolve("old.journal")).hasContent("mine");
    }

    @Test
    void append_afterClosing_isCountedAndThrowsNothing() throws IOException {
        Journal journal = Journal.open(folder, MEGABYTE);
        append(journal, "one");
        journal.close();
        append(journal, "two");
        assertThat(journal.state().dropped()).isEqualTo(1);
        assertThat(journal.state().lastError()).isNotEmpty();
    }

    @Test
    void open_strayFile_isLeftAlone() throws IOException {
        Files.writeString(folder.resolve("notes.txt"), "mine", StandardOpenOption.CREATE);
        try (Journal journal = Journal.open(folder, MEGABYTE)) {
            append(journal, "one");
        }
        assertThat(folder.resolve("notes.txt")).hasContent("mine");
    }

    private static UUID append(Journal journal, String content) {
        UUID id = UUID.randomUUID();
        journal.append(id, content.getBytes(UTF_8));
        return id;
    }

    private static List<String> texts(List<byte[]> contents) {
        return contents.stream().map(content -> new String(content, UTF_8)).toList();
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".journal"))
                    .sorted()
                    .toList();
        }
    }
}
