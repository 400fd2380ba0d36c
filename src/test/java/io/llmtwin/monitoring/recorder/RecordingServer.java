package io.llmtwin.monitoring.recorder;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A server on loopback that is Comet LLM below {@code /api/} and Opik below {@code /opik/api/}. It takes what their
 * official Python clients send and nothing less strict, remembers it, and can be in any {@link Mood}.
 */
public final class RecordingServer implements AutoCloseable {
    private static final String OPIK = "/opik/api";

    private final ExecutorService workers = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "recording-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger calls = new AtomicInteger();
    private final RecordedComet comet;
    private final RecordedOpik opik;
    private final int port;
    private @Nullable ServerSocket listener;
    private volatile Mood mood = Mood.fine();
    private volatile CountDownLatch moodChanged = new CountDownLatch(1);

    /** A server that wants {@code key}, and for Opik {@code workspace}, with each call. */
    public RecordingServer(String key, String workspace) {
        comet = new RecordedComet(key, workspace);
        opik = new RecordedOpik(key, workspace);
        port = listen(0);
    }

    public RecordedComet comet() {
        return comet;
    }

    public RecordedOpik opik() {
        return opik;
    }

    /** What {@code COMET_URL_OVERRIDE} should be. */
    public URI cometUrl() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** What {@code OPIK_URL_OVERRIDE} should be. */
    public URI opikUrl() {
        return URI.create("http://127.0.0.1:" + port + OPIK);
    }

    /** How many calls have come since the start, whatever became of them. */
    public int calls() {
        return calls.get();
    }

    /** How to treat calls from now on; a call that hangs is answered in the new mood. */
    public synchronized void be(Mood next) {
        mood = next;
        moodChanged.countDown();
        moodChanged = new CountDownLatch(1);
        if (listener == null) {
            listen(port);
        }
    }

    /** Refuses connections, and breaks those that are there, until the next {@link #be}. */
    public synchronized void beGone() {
        stopListening();
    }

    @Override
    public synchronized void close() {
        stopListening();
        workers.shutdownNow();
    }

    private synchronized int listen(int at) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 256);
            listener = socket;
            workers.execute(() -> accept(socket));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stopListening() {
        try {
            if (listener != null) {
                listener.close();
                listener = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connections.forEach(RecordingServer::reset);
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                connection.setTcpNoDelay(true);
                connections.add(connection);
                workers.execute(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            Call call;
            while ((call = read(in)) != null) {
                int number = calls.incrementAndGet();
                if (!mood.treat(this, call, connection, number)) {
                    return;
                }
            }
        } catch (IOException | InterruptedException e) {
            // the client has gone, or this server is told to
        } finally {
            connections.remove(connection);
        }
    }

    /** Records the call, or says what is wrong with it. */
    Answer take(Call call) {
        return call.path().startsWith(OPIK) ? opik.take(call.below(OPIK)) : comet.take(call);
    }

    /** Waits, and no longer than the mood lasts. */
    void hang(long millis) throws InterruptedException {
        if (moodChanged.await(millis, TimeUnit.MILLISECONDS)) {
            return;
        }
    }

    static void answer(Socket connection, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " -\r\n");
        answer.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        if (answer.status() != 204) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(body.length)
                    .append("\r\n");
        }
        OutputStream out = connection.getOutputStream();
        out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
        if (answer.status() != 204) {
            out.write(body);
        }
        out.flush();
    }

    /** Breaks the connection as the death of a process does. */
    static void reset(Socket connection) {
        try {
            connection.setSoLinger(true, 0);
            connection.close();
        } catch (IOException e) {
            // closed already
        }
    }

    private static @Nullable Call read(InputStream in) throws IOException {
        String request = line(in);
        if (request == null) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        String header;
        while (!(header = next(in)).isEmpty()) {
            int colon = header.indexOf(':');
            headers.put(header.substring(0, colon), header.substring(colon + 1).strip());
        }
        byte[] sent = "chunked".equalsIgnoreCase(headers.get("Transfer-Encoding"))
                ? chunks(in)
                : bytes(in, Integer.parseInt(headers.getOrDefault("Content-Length", "0")));
        boolean gzipped = "gzip".equals(headers.get("Content-Encoding"));
        byte[] body = gzipped ? new GZIPInputStream(new ByteArrayInputStream(sent)).readAllBytes() : sent;
        String[] parts = request.split(" ");
        URI target = URI.create(parts[1]);
        return new Call(parts[0].toUpperCase(Locale.ROOT), target.getPath(), target.getQuery(), headers, body, gzipped);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        var body = new java.io.ByteArrayOutputStream();
        int size;
        while ((size = Integer.parseInt(next(in), 16)) > 0) {
            body.write(bytes(in, size));
            next(in);
        }
        next(in);
        return body.toByteArray();
    }

    private static byte[] bytes(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the client has died in the middle of a call");
        }
        return bytes;
    }

    private static String next(InputStream in) throws IOException {
        String line = line(in);
        if (line == null) {
            throw new EOFException("the client has died in the middle of a call");
        }
        return line;
    }

    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int b;
        while ((b = in.read()) >= 0) {
            if (b == '\n') {
                return line.toString().strip();
            }
            line.append((char) b);
        }
        return null;
    }

    /**
     * What a client asked.
     *
     * @param body as it was before compression
     */
    record Call(
            String method,
            String path,
            @Nullable String query,
            Map<String, String> headers,
            byte[] body,
            boolean gzipped) {
        Call below(String prefix) {
            return new Call(method, path.substring(prefix.length()), query, headers, body, gzipped);
        }

        String is() {
            return method + " " + path;
        }
    }

    /** What it is answered. */
    record Answer(int status, String body, Map<String, String> headers) {
        static Answer of(int status, String body) {
            return new Answer(status, body, Map.of());
        }

        static Answer refusal(int status, String why) {
            return of(status, "{\"message\":\"" + why.replace('"', '\'').replace('\\', '/') + "\"}");
        }
    }
}
