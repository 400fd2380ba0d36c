package io.llmtwin.llm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events as <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">WHATWG</a>
 * defines them, each as soon as its blank line is there. Only their data is kept; comments, names and ids are not.
 */
final class EventReader {
    private static final int MOST_BYTES = 1 << 20;
    private static final int BUFFER = 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int next;
    private int end;
    private boolean skipLineFeed;

    EventReader(InputStream in) {
        this.in = in;
    }

    /**
     * The data of the next event, or null at the end of the stream. What stands after the last blank line is no event.
     *
     * @throws IOException also for an event of more than a megabyte
     */
    @Nullable
    String next() throws IOException {
        StringBuilder data = new StringBuilder();
        boolean any = false;
        while (true) {
            String line = line();
            if (line == null) {
                return null;
            }
            if (line.isEmpty()) {
                if (any) {
                    return data.toString();
                }
            } else if (line.equals("data") || line.startsWith("data:")) {
                if (any) {
                    data.append('\n');
                }
                any = true;
                int from = line.startsWith("data: ") ? 6 : 5;
                data.append(line, Math.min(from, line.length()), line.length());
                if (data.length() > MOST_BYTES) {
                    throw new IOException("an event has more than " + MOST_BYTES + " bytes");
                }
            }
        }
    }

    private @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        while (true) {
            if (next == end) {
                end = in.read(buffer, 0, buffer.length);
                next = 0;
                if (end < 0) {
                    end = 0;
                    return null;
                }
            }
            byte b = buffer[next++];
            boolean ofLastLine = b == '\n' && skipLineFeed;
            skipLineFeed = b == '\r';
            if (ofLastLine) {
                continue;
            }
            if (b == '\n' || b == '\r') {
                return line.toString(StandardCharsets.UTF_8);
            }
            if (line.size() > MOST_BYTES) {
                throw new IOException("a line has more than " + MOST_BYTES + " bytes");
            }
            line.write(b);
        }
    }
}
