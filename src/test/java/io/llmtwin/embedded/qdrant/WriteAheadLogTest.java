package io.llmtwin.embedded.qdrant;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteAheadLogTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void fill() throws IOException {
        file = folder.resolve("wal");
        try (WriteAheadLog log = WriteAheadLog.open(file, (sequence, bytes) -> {})) {
            append(log, 1, "one");
            append(log, 2, "");
            append(log, 3, "three");
        }
    }

    @Test
    void open_wholeLog_replaysInOrder() throws IOException {
        assertThat(replayed()).containsExactly("1 one", "2 ", "3 three");
    }

    @Test
    void open_tailCutAnywhere_keepsTheWholeRecordsAndGoesOn() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        int lastRecord = whole.length - (4 + 4 + 8 + "three".length());
        for (int length = lastRecord + 1; length < whole.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            try (WriteAheadLog log = WriteAheadLog.open(file, (sequence, bytes) -> {})) {
                append(log, 4, "four");
            }
            assertThat(replayed()).as("cut at %d", length).containsExactly("1 one", "2 ", "4 four");
        }
    }

    @Test
    void open_damagedRecord_dropsItAndWhatFollows() throws IOException {
        try (RandomAccessFile damaged = new RandomAccessFile(file.toFile(), "rw")) {
            damaged.seek(4 + 4 + 8);
            damaged.write('x');
        }
        assertThat(replayed()).isEmpty();
        assertThat(Files.size(file)).isZero();
    }

    @Test
    void open_garbageLength_dropsIt() throws IOException {
        Files.write(
                file, new byte[] {127, 127, 127, 127, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}, StandardOpenOption.APPEND);
        assertThat(replayed()).containsExactly("1 one", "2 ", "3 three");
    }

    @Test
    void clear_thenAppend_replaysOnlyWhatCameAfter() throws IOException {
        try (WriteAheadLog log = WriteAheadLog.open(file, (sequence, bytes) -> {})) {
            log.clear();
            assertThat(log.size()).isZero();
            append(log, 4, "four");
        }
        assertThat(replayed()).containsExactly("4 four");
    }

    private static void append(WriteAheadLog log, long sequence, String text) throws IOException {
        log.append(sequence, text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> replayed() throws IOException {
        List<String> records = new ArrayList<>();
        WriteAheadLog.open(
                        file,
                        (sequence, bytes) -> records.add(sequence + " " + new String(bytes, StandardCharsets.UTF_8)))
                .close();
        return records;
    }
}
