package io.llmtwin.monitoring.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.monitoring.Entry.Kind;
import io.llmtwin.monitoring.delivery.Shipment.Refusal;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a target refused for good, in a file of one {@link DeadLetter} in JSON to a line, oldest first. An entry is in
 * there once. The file is bounded: once it is full nothing more is set aside, and an operator has to look. Thread-safe.
 */
final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);
    private static final long MAX_BYTES = 256L << 20;

    private final Path file;
    private final String target;
    private final ObjectMapper json;
    private final Clock clock;
    private final Set<Subject> subjects = new HashSet<>();

    /** Opens {@code file}, which need not be there. The remains of a line that a crash cut short are dropped. */
    DeadLetters(Path file, String target, ObjectMapper json, Clock clock) throws IOException {
        this.file = file;
        this.target = target;
        this.json = json;
        this.clock = clock;
        if (Files.exists(file)) {
            keep(letter -> true);
        }
    }

    /**
     * Sets an entry aside.
     *
     * @return whether it wasn't yet
     * @throws IOException if that can't be written, or the file is full
     */
    synchronized boolean add(Refusal refusal) throws IOException {
        Subject subject = new Subject(refusal.entry().kind(), refusal.entry().traceId());
        if (subjects.contains(subject)) {
            return false;
        }
        long size = Files.exists(file) ? Files.size(file) : 0;
        if (size > MAX_BYTES) {
            throw new IOException(file + " is full: send what is in it again, or move it away");
        }
        String line = json.writeValueAsString(letter(refusal)) + '\n';
        try {
            Files.writeString(
                    file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.DSYNC);
        } catch (IOException e) {
            cutOff(size, e);
            throw e;
        }
        return subjects.add(subject);
    }

    /** Takes away what could be written of a line, so that the next doesn't begin in the middle of it. */
    private void cutOff(long size, IOException reason) {
        try (FileChannel letters = FileChannel.open(file, StandardOpenOption.WRITE)) {
            letters.truncate(size);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /** The {@code limit} oldest. */
    synchronized List<DeadLetter> oldest(int limit) throws IOException {
        List<DeadLetter> letters = new ArrayList<>();
        if (!subjects.isEmpty()) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                String line;
                while (letters.size() < limit && (line = lines.readLine()) != null) {
                    letters.add(json.readValue(line, DeadLetter.class));
                }
            }
        }
        return letters;
    }

    /** Whether {@code letter} has not been forgotten since it was read. */
    synchronized boolean contains(DeadLetter letter) {
        return subjects.contains(new Subject(letter.kind(), letter.traceId()));
    }

    /** Forgets those that are such. */
    synchronized void remove(Predicate<DeadLetter> such) throws IOException {
        if (!subjects.isEmpty()) {
            keep(such.negate());
        }
    }

    /** Forgets all that is about {@code traceId}. */
    synchronized void forget(UUID traceId) throws IOException {
        if (subjects.stream().anyMatch(subject -> subject.traceId.equals(traceId))) {
            remove(letter -> letter.traceId().equals(traceId));
        }
    }

    synchronized int count() {
        return subjects.size();
    }

    private DeadLetter letter(Refusal refusal) {
        return new DeadLetter(
                clock.instant(),
                target,
                refusal.entry().kind(),
                refusal.entry().traceId(),
                refusal.status(),
                refusal.reason(),
                refusal.entry().time(),
                content(refusal.entry().content()));
    }

    private @Nullable JsonNode content(byte[] content) {
        try {
            return json.readTree(content);
        } catch (IOException e) {
            return null;
        }
    }

    /** Writes the file anew, line by line, with what is such. */
    private void keep(Predicate<DeadLetter> such) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Set<Subject> kept = new HashSet<>();
        try (BufferedReader lines = Files.newBufferedReader(file);
                BufferedWriter writer = Files.newBufferedWriter(next, UTF_8)) {
            String line;
            while ((line = lines.readLine()) != null) {
                DeadLetter letter = letter(line);
                if (letter != null && such.test(letter)) {
                    writer.write(line);
                    writer.newLine();
                    kept.add(new Subject(letter.kind(), letter.traceId()));
                }
            }
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        subjects.clear();
        subjects.addAll(kept);
    }

    private @Nullable DeadLetter letter(String line) {
        try {
            return json.readValue(line, DeadLetter.class);
        } catch (JacksonException e) {
            LOG.warn("{} has a line that is no dead letter, which is dropped: {}", file, e.getOriginalMessage());
            return null;
        }
    }

    /** What a dead letter is about. */
    private record Subject(Kind kind, UUID traceId) {}
}
