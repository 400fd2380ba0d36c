package io.llmtwin.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmtwin.monitoring.Entry.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class JournalTest {
    private static final long MEGABYTE = 1 << 20;
    private static final Duration MONTH = Duration.ofDays(30);

    @TempDir
    Path folder;

    @Test
    void before_end_isTheNewest() throws IOException {
        try (Journal journal = open()) {
            append(journal, "one");
            append(journal, "two");
            append(journal, "three");
            assertThat(newest(journal)).containsExactly("three", "two", "one");
        }
    }

    @Test
    void read_fromTheStart_hasEveryKindInOrder() throws IOException {
        try (Journal journal = open()) {
            UUID id = append(journal, "one");
            journal.append(Kind.FEEDBACK, id, "good".getBytes(UTF_8));
            append(journal, "two");
            Batch batch = journal.read(Position.START, 10, MEGABYTE);
            assertThat(batch.entries())
                    .extracting(Entry::kind)
                    .containsExactly(Kind.PROMPT, Kind.FEEDBACK, Kind.PROMPT);
            assertThat(batch.entries()).extracting(JournalTest::text).containsExactly("one", "good", "two");
            assertThat(batch.next()).isEqualTo(journal.end());
            assertThat(batch.lost()).isZero();
            assertThat(journal.read(batch.next(), 10, MEGABYTE).entries()).isEmpty();
        }
    }

    @Test
    void read_withBounds_goesOnWhereItStopped() throws IOException {
        try (Journal journal = open()) {
            for (int i = 0; i < 500; i++) {
                append(journal, "record " + i + "x".repeat(i * 3));
            }
            List<String> read = new ArrayList<>();
            Position position = Position.START;
            while (position.compareTo(journal.end()) < 0) {
                Batch batch = journal.read(Position.parse(position.toString()), 7, 4_000);
                assertThat(batch.entries()).hasSizeBetween(1, 7);
                batch.entries().forEach(entry -> read.add(text(entry)));
                position = batch.next();
            }
            assertThat(read).hasSize(500).first().isEqualTo("record 0");
            assertThat(read.get(499)).startsWith("record 499");
        }
    }

    @Test
    void find_afterReopening_hasEveryRecord() throws IOException {
        List<UUID> ids = new ArrayList<>();
        try (Journal journal = open()) {
            for (int i = 0; i < 100; i++) {
                ids.add(append(journal, "record " + i));
            }
        }
        try (Journal journal = open()) {
            for (int i = 0; i < 100; i++) {
                assertThat(journal.find(ids.get(i))).map(JournalTest::text).contains("record " + i);
            }
            assertThat(journal.find(UUID.randomUUID())).isEmpty();
        }
    }

    @Test
    void open_tornTail_keepsWhatIsWholeAndGoesOn() throws IOException {
        UUID whole;
        try (Journal journal = open()) {
            whole = append(journal, "whole");
            append(journal, "torn");
        }
        Path segment = segments().get(0);
        byte[] bytes = Files.readAllBytes(segment);
        for (int cut = 1; cut < Segment.HEADER + 4; cut++) {
            Files.write(segment, Arrays.copyOf(bytes, bytes.length - cut));
            try (Journal journal = open()) {
                assertThat(journal.state().damaged()).isEqualTo(1);
                UUID next = append(journal, "next");
                assertThat(journal.find(whole)).isPresent();
                assertThat(journal.find(next)).isPresent();
                assertThat(journal.read(new Position(2), 9, MEGABYTE).entries()).hasSize(1);
                assertThat(journal.state().entries()).isEqualTo(2);
            }
        }
    }

    @Test
    void open_anyByteDamaged_costsThatRecordAlone() throws IOException {
        try (Journal journal = open()) {
            append(journal, "one");
            append(journal, "two, which gets damaged");
            append(journal, "three");
        }
        Path segment = segments().get(0);
        byte[] bytes = Files.readAllBytes(segment);
        int from = Segment.HEADER + 3;
        for (int at = from; at < from + Segment.HEADER + 23; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 0x10;
            Files.write(segment, damaged);
            try (Journal journal = open()) {
                assertThat(newest(journal)).as("byte %d", at).containsExactly("three", "one");
                assertThat(journal.state().damaged()).isEqualTo(1);
                Batch batch = journal.read(Position.START, 9, MEGABYTE);
                assertThat(batch.entries())
                        .extracting(entry -> entry.position().number())
                        .containsExactly(1L, 3L);
                append(journal, "four");
                assertThat(newest(journal)).containsExactly("four", "three", "one");
            }
        }
    }

    @Test
    void read_recordDamagedWhileOpen_skipsAndCountsItOnce() throws IOException {
        try (Journal journal = open()) {
            append(journal, "one");
            append(journal, "two");
            append(journal, "three");
            Path segment = segments().get(0);
            byte[] bytes = Files.readAllBytes(segment);
            bytes[2 * Segment.HEADER + 4] ^= 1;
            Files.write(segment, bytes);
            assertThat(newest(journal)).containsExactly("three", "one");
            assertThat(journal.read(Position.START, 9, MEGABYTE).entries()).hasSize(2);
            assertThat(journal.state().damaged()).isEqualTo(1);
            assertThat(journal.state().entries()).isEqualTo(2);
        }
    }

    @Test
    void append_beyondTheBound_forgetsTheOldestAndStaysSmall() throws IOException {
        try (Journal journal = open()) {
            UUID first = append(journal, "first");
            for (int i = 0; i < 300; i++) {
                append(journal, "x".repeat(10_000));
            }
            UUID last = append(journal, "last");
            await().untilAsserted(() -> {
                assertThat(journal.find(first)).isEmpty();
                assertThat(journal.find(last)).isPresent();
                assertThat(journal.state().bytes()).isLessThan(MEGABYTE * 5 / 4);
                assertThat(segments().stream()
                                .mapToLong(file -> file.toFile().length())
                                .sum())
                        .isEqualTo(journal.state().bytes());
            });
        }
    }

    @Test
    void reader_leftBehind_goesOnAtTheOldestAndIsToldWhatItLost() throws IOException {
        try (Journal journal = open()) {
            append(journal, "first");
            JournalReader reader = journal.reader("slow", Position.START);
            for (int i = 0; i < 300; i++) {
                append(journal, "x".repeat(10_000));
            }
            await().until(() -> journal.state().bytes() < MEGABYTE * 5 / 4);
            long behind = reader.behind();
            Batch batch = reader.next(1, MEGABYTE);
            assertThat(batch.lost()).isEqualTo(301 - behind).isPositive();
            assertThat(batch.entries().get(0).position().number()).isEqualTo(batch.lost() + 1);
            assertThat(reader.next(1, MEGABYTE).lost()).isZero();
            assertThat(reader.lost()).isEqualTo(batch.lost());
            assertThat(journal.state().lost()).isEqualTo(batch.lost());
        }
    }

    @Test
    void reader_thatHadEverything_losesNothing() throws IOException {
        try (Journal journal = open()) {
            JournalReader reader = journal.reader("quick", Position.START);
            for (int i = 0; i < 300; i++) {
                append(journal, "x".repeat(10_000));
                reader.advance(reader.next(5, MEGABYTE).next());
            }
            await().until(() -> journal.state().bytes() < MEGABYTE * 5 / 4);
            assertThat(reader.lost()).isZero();
            assertThat(reader.behind()).isZero();
        }
    }

    @Test
    void reader_ofAJournalThatWasEmptied_getsWhatComesNext() throws IOException {
        try (Journal journal = open()) {
            JournalReader reader = journal.reader("comet", new Position(500));
            append(journal, "new");
            assertThat(reader.next(9, MEGABYTE).entries())
                    .extracting(JournalTest::text)
                    .containsExactly("new");
        }
        try (Journal journal = open()) {
            assertThat(journal.end()).isEqualTo(new Position(501));
            assertThat(journal.state().damaged()).isZero();
        }
    }

    @Test
    void retention_whenItIsOver_takesRecordsFromDisk() throws IOException {
        MovableClock clock = new MovableClock();
        JournalSettings settings = new JournalSettings(DataSize.ofMegabytes(1), Duration.ofSeconds(1));
        try (Journal journal = Journal.open(folder, settings, clock)) {
            UUID old = append(journal, "a secret");
            clock.now = clock.now.plusSeconds(2);
            await().untilAsserted(() -> assertThat(onDisk()).doesNotContain("a secret"));
            assertThat(journal.find(old)).isEmpty();
            UUID young = append(journal, "young");
            assertThat(journal.find(young)).isPresent();
        }
    }

    @Test
    void delete_record_takesItAndItsFeedbackFromDiskAndTellsReaders() throws IOException {
        try (Journal journal = open()) {
            UUID kept = append(journal, "kept");
            UUID gone = append(journal, "a secret question");
            journal.append(Kind.FEEDBACK, gone, "a secret reason".getBytes(UTF_8));
            journal.append(Kind.FEEDBACK, gone, "a second secret".getBytes(UTF_8));
            assertThat(journal.delete(gone)).isTrue();
            assertThat(onDisk()).contains("kept").doesNotContain("secret");
            assertThat(journal.find(gone)).isEmpty();
            assertThat(journal.feedback(gone)).isEmpty();
            assertThat(journal.delete(gone)).isFalse();
            assertThat(journal.state().damaged()).isZero();
            List<Entry> left = journal.read(Position.START, 9, MEGABYTE).entries();
            assertThat(left).extracting(Entry::kind).containsExactly(Kind.PROMPT, Kind.DELETION);
            assertThat(left).extracting(Entry::traceId).containsExactly(kept, gone);
        }
        try (Journal journal = open()) {
            assertThat(newest(journal)).containsExactly("kept");
            assertThat(journal.state().damaged()).isZero();
        }
    }

    @Test
    void open_deletionThatWasCutShort_isFinished() throws IOException {
        byte[] before;
        try (Journal journal = open()) {
            UUID gone = append(journal, "a secret question");
            before = Files.readAllBytes(segments().get(0));
            journal.delete(gone);
        }
        Path segment = segments().get(0);
        byte[] half = Files.readAllBytes(segment);
        System.arraycopy(before, 0, half, 0, before.length);
        Arrays.fill(half, Segment.HEADER, Segment.HEADER + 5, (byte) 0);
        Files.write(segment, half);
        try (Journal journal = open()) {
            assertThat(newest(journal)).isEmpty();
            assertThat(onDisk()).doesNotContain("question");
        }
    }

    @Test
    void append_from16ThreadsWhileOneReads_losesNothingAndKeepsEachThreadsOrder() throws Exception {
        JournalSettings settings = new JournalSettings(DataSize.ofMegabytes(64), MONTH);
        try (Journal journal = Journal.open(folder, settings, Clock.systemUTC())) {
            ExecutorService threads = Executors.newFixedThreadPool(16);
            List<Future<?>> appending = new ArrayList<>();
            for (int thread = 0; thread < 16; thread++) {
                String name = "thread " + thread + " record ";
                appending.add(threads.submit(() -> {
                    for (int i = 0; i < 500; i++) {
                        append(journal, name + i + " " + "x".repeat(i * 20));
                    }
                }));
            }
            JournalReader reader = journal.reader("one", Position.START);
            Set<String> read = new HashSet<>();
            int[] last = new int[16];
            Arrays.fill(last, -1);
            while (read.size() < 16 * 500) {
                Batch batch = reader.next(100, MEGABYTE);
                for (Entry entry : batch.entries()) {
                    String[] words = text(entry).split(" ", 5);
                    int thread = Integer.parseInt(words[1]);
                    int number = Integer.parseInt(words[3]);
                    assertThat(number).isEqualTo(last[thread] + 1);
                    last[thread] = number;
                    read.add(words[1] + "/" + words[3]);
                }
                reader.advance(batch.next());
            }
            for (Future<?> done : appending) {
                done.get();
            }
            threads.shutdown();
            assertThat(journal.state().appended()).isEqualTo(16 * 500);
            assertThat(journal.state().damaged()).isZero();
            assertThat(reader.behind()).isZero();
        }
    }

    @Test
    void read_whileOldSegmentsAreLetGo_isNoError() throws Exception {
        try (Journal journal = open()) {
            ExecutorService writer = Executors.newSingleThreadExecutor();
            Future<?> writing = writer.submit(() -> {
                for (int i = 0; i < 2_000; i++) {
                    append(journal, "x".repeat(5_000));
                }
            });
            while (!writing.isDone()) {
                assertThat(newest(journal)).isNotNull();
                assertThat(journal.read(Position.START, 500, MEGABYTE)).isNotNull();
            }
            writing.get();
            writer.shutdown();
            assertThat(journal.state().damaged()).isZero();
        }
    }

    @Test
    void append_onAnInterruptedThread_isKept() throws IOException {
        try (Journal journal = open()) {
            Thread.currentThread().interrupt();
            UUID id = append(journal, "interrupted");
            assertThat(Thread.interrupted()).isTrue();
            assertThat(journal.find(id)).isPresent();
        }
    }

    @Test
    void open_fileWithAForeignName_isLeftAlone() throws IOException {
        Files.writeString(folder.resolve("old.segment"), "mine");
        Files.writeString(folder.resolve("notes.txt"), "mine");
        try (Journal journal = open()) {
            append(journal, "one");
        }
        assertThat(folder.resolve("old.segment")).hasContent("mine");
        assertThat(folder.resolve("notes.txt")).hasContent("mine");
    }

    @Test
    void append_afterClosing_isCountedAndThrowsNothing() throws IOException {
        Journal journal = open();
        append(journal, "one");
        journal.close();
        assertThat(journal.append(Kind.PROMPT, UUID.randomUUID(), new byte[9])).isFalse();
        assertThat(journal.state().dropped()).isEqualTo(1);
        assertThat(journal.state().lastError()).isNotEmpty();
    }

    private Journal open() throws IOException {
        return Journal.open(folder, new JournalSettings(DataSize.ofMegabytes(1), MONTH), Clock.systemUTC());
    }

    private static UUID append(Journal journal, String content) {
        UUID id = UUID.randomUUID();
        journal.append(Kind.PROMPT, id, content.getBytes(UTF_8));
        return id;
    }

    private static List<String> newest(Journal journal) throws IOException {
        List<String> texts = new ArrayList<>();
        Optional<Entry> entry = journal.before(Position.END, Kind.PROMPT);
        while (entry.isPresent()) {
            texts.add(text(entry.get()));
            entry = journal.before(entry.get().position(), Kind.PROMPT);
        }
        return texts;
    }

    private static String text(Entry entry) {
        return new String(entry.content(), UTF_8);
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".segment"))
                    .sorted()
                    .toList();
        }
    }

    private String onDisk() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path segment : segments()) {
            text.append(new String(Files.readAllBytes(segment), UTF_8));
        }
        return text.toString();
    }

    private static final class MovableClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }
}
