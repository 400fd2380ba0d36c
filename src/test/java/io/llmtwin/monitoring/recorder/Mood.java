package io.llmtwin.monitoring.recorder;

import io.llmtwin.monitoring.recorder.RecordingServer.Answer;
import io.llmtwin.monitoring.recorder.RecordingServer.Call;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;

/** How a {@link RecordingServer} treats calls. */
@FunctionalInterface
public interface Mood {

    /** Whether the connection may be used again. */
    boolean treat(RecordingServer server, Call call, Socket connection, int number)
            throws IOException, InterruptedException;

    /** Takes what is right. */
    static Mood fine() {
        return (server, call, connection, number) -> {
            RecordingServer.answer(connection, server.take(call));
            return true;
        };
    }

    /** Takes what is right, and says so late. */
    static Mood slow(Duration delay) {
        return (server, call, connection, number) -> {
            Answer answer = server.take(call);
            server.hang(delay.toMillis());
            RecordingServer.answer(connection, answer);
            return true;
        };
    }

    /** Takes nothing, and answers {@code status}. */
    static Mood failing(int status) {
        return failing(status, Map.of());
    }

    /** Takes nothing, and answers {@code status} with {@code headers}. */
    static Mood failing(int status, Map<String, String> headers) {
        return (server, call, connection, number) -> {
            RecordingServer.answer(connection, new Answer(status, "{\"message\":\"as told\"}", headers));
            return true;
        };
    }

    /** Breaks each connection: every other time before it takes a call, and else between taking and answering it. */
    static Mood resetting() {
        return (server, call, connection, number) -> {
            if (number % 2 == 0) {
                server.take(call);
            }
            RecordingServer.reset(connection);
            return false;
        };
    }

    /** This mood for calls that change something, while questions are answered. */
    default Mood forWrites() {
        return (server, call, connection, number) ->
                (call.method().equals("GET") ? fine() : this).treat(server, call, connection, number);
    }
}
