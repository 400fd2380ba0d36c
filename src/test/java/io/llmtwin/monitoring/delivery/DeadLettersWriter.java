package io.llmtwin.monitoring.delivery;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;

/**
 * A process that sets letters aside, for a test that leaves it no room for the large one: {@code DeadLettersWriter FILE}.
 * Says on standard error, which the log leaves alone, what became of each, and at the end how many can be read.
 */
public final class DeadLettersWriter {
    private static final int SMALL = 100;
    private static final int LARGE = 2 << 20;

    private DeadLettersWriter() {}

    public static void main(String[] arguments) throws IOException {
        ObjectMapper json = JsonMapper.builder().findAndAddModules().build();
        DeadLetters letters = new DeadLetters(Path.of(arguments[0]), "opik", json, Clock.systemUTC());
        for (int size : new int[] {SMALL, LARGE, SMALL}) {
            try {
                letters.add(DeadLettersTest.refusal(UUID.randomUUID(), "x".repeat(size)));
                System.err.println("added");
            } catch (IOException e) {
                System.err.println("no room");
            }
        }
        System.err.println(letters.oldest(10).size() + " letters");
    }
}
