package io.llmtwin.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.pipeline.Lifetime;
import io.llmtwin.pipeline.RequestEndedException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events, each on its way to the client when the method that writes it returns. The response begins with the
 * first event or heartbeat; until then it can still become an error with a status of its own. Thread-safe: heartbeats
 * come from another thread than the events.
 */
abstract class EventStream {
    private static final byte[] HEARTBEAT = ": waiting\n\n".getBytes(UTF_8);

    private final HttpServletResponse response;
    private final ObjectMapper json;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile long lastWritten = System.nanoTime();
    private volatile boolean broken;
    private boolean open;
    private boolean ending;

    EventStream(HttpServletResponse response, ObjectMapper json) {
        this.response = response;
        this.json = json;
    }

    /** Writes that what was asked for will not be completed, and why. */
    abstract void fail(Problem problem);

    /**
     * Keeps heartbeats out from now on: what comes next is the last that the client gets, here or in a response that is
     * not a stream.
     *
     * @return whether the response has begun, so that its status can't be changed any more
     */
    final boolean endHeartbeats() {
        writing.lock();
        try {
            ending = true;
            return open;
        } finally {
            writing.unlock();
        }
    }

    /** Whether the client could not be written to. */
    boolean isBroken() {
        return broken;
    }

    /** Nanoseconds since something was last written, or since the request came. */
    long silence() {
        return System.nanoTime() - lastWritten;
    }

    /** Writes a comment, which clients ignore and which keeps those in between from closing the connection. */
    void heartbeat() {
        if (writing.tryLock()) {
            try {
                if (!ending) {
                    write(HEARTBEAT);
                }
            } catch (RequestEndedException e) {
                // the request's own thread is told by isBroken()
                broken = true;
            } finally {
                writing.unlock();
            }
        }
    }

    /** Has the response, which must not have begun, say which revision answers. */
    final void answeredBy(@Nullable String revision) {
        writing.lock();
        try {
            response.setHeader("X-Revision", revision);
        } finally {
            writing.unlock();
        }
    }

    /** Writes an event of {@code data} in JSON; without a name where {@code event} is null. */
    final void write(@Nullable String event, Object data) {
        try {
            writeText(event, json.writeValueAsString(data));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event can't be written as JSON", e);
        }
    }

    /** Writes an event of {@code data} as it is, which must be one line. */
    final void writeText(@Nullable String event, String data) {
        String name = event == null ? "" : "event: " + event + "\n";
        write((name + "data: " + data + "\n\n").getBytes(UTF_8));
    }

    private void write(byte[] bytes) {
        writing.lock();
        try {
            if (!open) {
                open = true;
                response.setStatus(HttpServletResponse.SC_OK);
                response.setContentType("text/event-stream; charset=utf-8");
                response.setHeader("Cache-Control", "no-cache");
                response.setHeader("X-Accel-Buffering", "no");
            }
            response.getOutputStream().write(bytes);
            response.flushBuffer();
            lastWritten = System.nanoTime();
        } catch (IOException | IllegalStateException e) {
            // Tomcat takes the response back after a write that failed
            broken = true;
            throw new RequestEndedException(Lifetime.End.CLIENT_GONE);
        } finally {
            writing.unlock();
        }
    }
}
