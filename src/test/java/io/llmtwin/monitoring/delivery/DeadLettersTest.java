package io.llmtwin.monitoring.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.llmtwin.monitoring.ChildProcess;
import io.llmtwin.monitoring.Entry;
import io.llmtwin.monitoring.Entry.Kind;
import io.llmtwin.monitoring.Position;
import io.llmtwin.monitoring.delivery.Shipment.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersTest {
    private final ObjectMapper json = JsonMapper.builder().findAndAddModules().build();

    @TempDir
    Path folder;

    @Test
    void letter_setAsideTwice_isThereOnce() throws IOException {
        DeadLetters letters = open();
        Refusal refusal = refusal(UUID.randomUUID());
        assertThat(letters.add(refusal)).isTrue();
        assertThat(letters.add(refusal)).isFalse();
        assertThat(open().add(refusal)).isFalse();

        assertThat(open().oldest(10)).singleElement().satisfies(letter -> {
            assertThat(letter.status()).isEqualTo(400);
            assertThat(letter.reason()).isEqualTo("bad");
            assertThat(letter.content()).isEqualTo(json.readTree("{\"query\":\"Why?\"}"));
        });
    }

    @Test
    void letter_cutShortByACrash_isDroppedAndTheNextOneWhole() throws IOException {
        open().add(refusal(UUID.randomUUID()));
        Files.writeString(file(), "{\"time\":17,\"tar", StandardOpenOption.APPEND);
        DeadLetters letters = open();
        letters.add(refusal(UUID.randomUUID()));

        assertThat(letters.count()).isEqualTo(2);
        assertThat(open().oldest(10)).hasSize(2);
    }

    @Test
    void traceThatIsForgotten_always_leavesNothingOnDisk() throws IOException {
        UUID traceId = UUID.randomUUID();
        DeadLetters letters = open();
        letters.add(refusal(traceId));
        letters.add(refusal(UUID.randomUUID()));
        letters.forget(traceId);

        assertThat(letters.count()).isEqualTo(1);
        assertThat(Files.readString(file())).doesNotContain(traceId.toString());
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no limit on the size of a file")
    void letter_thereIsNoRoomFor_leavesNothingBehindAndTheNextOneIsWhole() throws Exception {
        Process process = ChildProcess.start(ChildProcess.WITHOUT_ROOM, DeadLettersWriter.class, file().toString());
        String said = new String(process.getErrorStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();

        assertThat(said.lines()).containsExactly("added", "no room", "added", "2 letters");
        assertThat(Files.readAllLines(file())).hasSize(2);
        assertThat(open().oldest(10)).hasSize(2);
    }

    private DeadLetters open() throws IOException {
        return new DeadLetters(file(), "opik", json, Clock.systemUTC());
    }

    private Path file() {
        return folder.resolve("opik.dead-letters.jsonl");
    }

    private static Refusal refusal(UUID traceId) {
        return refusal(traceId, "Why?");
    }

    static Refusal refusal(UUID traceId, String query) {
        byte[] content = ("{\"query\":\"" + query + "\"}").getBytes(UTF_8);
        return new Refusal(new Entry(Position.START, Kind.PROMPT, traceId, Instant.EPOCH, content), 400, "bad");
    }
}
