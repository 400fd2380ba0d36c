package io.llmtwin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;

/** A client of the service that hangs up when told to, which clients with a pool of connections don't always do. */
final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader lines;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    RawClient post(String path, String... bodies) throws IOException {
        StringBuilder requests = new StringBuilder();
        for (String body : bodies) {
            requests.append("POST ")
                    .append(path)
                    .append(" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
                    .append("Content-Length: ")
                    .append(body.getBytes(UTF_8).length)
                    .append("\r\n\r\n")
                    .append(body);
        }
        return send(requests.toString());
    }

    /** Sends {@code text} as it is. */
    RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        return this;
    }

    /** Reads on until a line contains {@code text}, and returns that line. */
    String readUntil(String text) throws IOException {
        StringBuilder seen = new StringBuilder();
        String line;
        while ((line = lines.readLine()) != null) {
            if (line.contains(text)) {
                return line;
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("the response ended without '" + text + "':\n" + seen);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
