package io.llmtwin.embedded.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Server-sent events, each on the wire before the next is made; a client that has gone ends it by an exception. */
final class EventStream implements AutoCloseable {
    private final ObjectMapper json;
    private final OutputStream out;

    EventStream(ObjectMapper json, OutputStream out) {
        this.json = json;
        this.out = out;
    }

    void send(JsonNode event) throws IOException {
        write(json.writeValueAsString(event));
    }

    /** A line that clients skip. */
    void comment(String text) throws IOException {
        out.write((": " + text + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    void done() throws IOException {
        write("[DONE]");
    }

    private void write(String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
