package io.llmtwin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An OpenAI-compatible server on loopback that does to a chat request what a test tells it to, down to the bytes. */
final class LlmStub implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServerSocket server;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final List<String> tokenizeHeads = new CopyOnWriteArrayList<>();
    private volatile Behaviour behaviour = call -> call.stream("Hello", ".").done();
    private volatile String models = "{\"data\":[]}";

    LlmStub() {
        try {
            server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    /** What to do with each chat request from now on. */
    void behave(Behaviour next) {
        behaviour = next;
        calls.clear();
    }

    /** The heads of the requests to count tokens, which it refuses. */
    List<String> tokenizeHeads() {
        return tokenizeHeads;
    }

    void models(String list) {
        models = list;
    }

    /** The chat requests since {@link #behave}. */
    List<Call> calls() {
        return calls;
    }

    String baseUrl() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    @Override
    public void close() throws IOException {
        server.close();
        resetConnections();
    }

    /** Breaks off what is being answered, as the death of the process does. */
    void resetConnections() {
        for (Socket connection : connections) {
            try {
                connection.setSoLinger(true, 0);
                connection.close();
            } catch (IOException e) {
                // closed already
            }
        }
    }

    @FunctionalInterface
    interface Behaviour {
        void answer(Call call) throws IOException, InterruptedException;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connection.setTcpNoDelay(true);
                connections.add(connection);
                start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            String head;
            while ((head = head(in)) != null) {
                byte[] body = in.readNBytes(length(head));
                if (head.startsWith("GET")) {
                    respond(connection.getOutputStream(), 200, "", models);
                    continue;
                }
                if (head.startsWith("POST /tokenize")) {
                    tokenizeHeads.add(head);
                    respond(connection.getOutputStream(), 404, "", "{\"detail\":\"Not Found\"}");
                    continue;
                }
                Call call = new Call(connection, in, head, JSON.readTree(body));
                calls.add(call);
                behaviour.answer(call);
                if (!call.complete) {
                    return;
                }
            }
        } catch (IOException | InterruptedException e) {
            // the client has gone, which is what some tests are about
        } finally {
            connections.remove(connection);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        int b;
        while ((b = in.read()) >= 0) {
            head.append((char) b);
            if (head.length() > 3 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                return head.toString();
            }
        }
        return null;
    }

    private static int length(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    private static void respond(OutputStream out, int status, String headers, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        out.write(("HTTP/1.1 " + status + " x\r\nContent-Type: application/json\r\n" + headers + "Content-Length: "
                        + bytes.length + "\r\n\r\n")
                .getBytes(UTF_8));
        out.write(bytes);
        out.flush();
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "llm-stub");
        thread.setDaemon(true);
        thread.start();
    }

    /** One chat request, and the way to its answer. */
    static final class Call {
        private final Socket connection;
        private final InputStream in;
        private final OutputStream out;
        private final String head;
        private final JsonNode request;
        private boolean complete;

        private Call(Socket connection, InputStream in, String head, JsonNode request) throws IOException {
            this.connection = connection;
            this.in = in;
            this.out = connection.getOutputStream();
            this.head = head;
            this.request = request;
        }

        JsonNode request() {
            return request;
        }

        String head() {
            return head;
        }

        /** The trace id of the request that this is for. */
        String requestId() {
            return head.lines()
                    .filter(line -> line.regionMatches(true, 0, "X-Request-Id:", 0, 13))
                    .findFirst()
                    .orElseThrow()
                    .substring(13)
                    .strip();
        }

        /** The contents of the messages, in their order. */
        List<String> contents() {
            List<String> contents = new ArrayList<>();
            request.get("messages")
                    .forEach(message -> contents.add(message.get("content").asText()));
            return contents;
        }

        void refuse(int status, String body, String... headers) throws IOException {
            StringBuilder lines = new StringBuilder();
            for (String header : headers) {
                lines.append(header).append("\r\n");
            }
            respond(out, status, lines.toString(), body);
            complete = true;
        }

        /** Begins a stream as vLLM does: the head, the role, and {@code tokens}. */
        Call stream(String... tokens) throws IOException {
            out.write(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
                            .getBytes(UTF_8));
            frame(
                    "{\"model\":\"llm-twin\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}");
            for (String token : tokens) {
                token(token);
            }
            return this;
        }

        Call token(String text) throws IOException {
            return frame("{\"choices\":[{\"index\":0,\"delta\":{\"content\":" + JSON.writeValueAsString(text)
                    + "},\"finish_reason\":null}]}");
        }

        Call frame(String data) throws IOException {
            return raw("data: " + data + "\n\n");
        }

        Call raw(String text) throws IOException {
            byte[] bytes = text.getBytes(UTF_8);
            out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(UTF_8));
            out.write(bytes);
            out.write("\r\n".getBytes(UTF_8));
            out.flush();
            return this;
        }

        /** Ends the stream as vLLM does: the last content with its reason, the usage, {@code [DONE]}. */
        void done() throws IOException {
            frame("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"!\"},\"finish_reason\":\"stop\"}]}");
            frame("{\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3,\"total_tokens\":10}}");
            raw("data: [DONE]\n\n");
            end();
        }

        /** Ends the response properly, whatever has been sent of it. */
        void end() throws IOException {
            out.write("0\r\n\r\n".getBytes(UTF_8));
            out.flush();
            complete = true;
        }

        /** Whether the other end of the connection is closed within {@code time}. */
        boolean isLeftWithin(Duration time) throws IOException {
            connection.setSoTimeout((int) time.toMillis());
            try {
                return in.read() < 0;
            } catch (SocketTimeoutException e) {
                return false;
            } catch (IOException e) {
                return true;
            }
        }
    }
}
