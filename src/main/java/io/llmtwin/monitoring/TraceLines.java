package io.llmtwin.monitoring;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** Traces as JSON lines, each read from the journal when the one before it has been written. */
final class TraceLines extends InputStream {
    private final TraceSearch search;
    private final ObjectMapper json;
    private long left;
    private InputStream line = InputStream.nullInputStream();

    TraceLines(TraceSearch search, ObjectMapper json, long limit) {
        this.search = search;
        this.json = json;
        this.left = limit;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int read = line.read(bytes, from, length);
        while (read < 0 && left > 0) {
            Optional<ObjectNode> trace = search.next(Long.MAX_VALUE);
            if (trace.isEmpty()) {
                left = 0;
                break;
            }
            left--;
            byte[] text = json.writeValueAsBytes(trace.get());
            byte[] terminated = Arrays.copyOf(text, text.length + 1);
            terminated[text.length] = '\n';
            line = new ByteArrayInputStream(terminated);
            read = line.read(bytes, from, length);
        }
        return read;
    }
}
