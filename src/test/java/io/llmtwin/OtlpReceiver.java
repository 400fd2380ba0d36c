package io.llmtwin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** A receiver of traces over OTLP, in HTTP and protobuf, on loopback. */
final class OtlpReceiver implements AutoCloseable {
    private static final String PATH = "/v1/traces";

    private final List<Received> spans = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile int status = 200;

    OtlpReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(workers);
        server.createContext(PATH, this::receive);
        server.start();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = body(exchange);
            gate.await();
            if (status == 200) {
                headers.add(exchange.getRequestHeaders().entrySet().stream()
                        .collect(Collectors.toMap(
                                header -> header.getKey().toLowerCase(java.util.Locale.ROOT),
                                header -> header.getValue().get(0))));
                ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().forEach(resource -> {
                    Map<String, Object> attributes =
                            attributes(resource.getResource().getAttributesList());
                    resource.getScopeSpansList().forEach(scope -> scope.getSpansList()
                            .forEach(span ->
                                    spans.add(new Received(span, attributes(span.getAttributesList()), attributes))));
                });
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(status, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] body(HttpExchange exchange) throws IOException {
        boolean compressed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        try (InputStream in = compressed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            return in.readAllBytes();
        }
    }

    private static Map<String, Object> attributes(List<KeyValue> list) {
        return list.stream().collect(Collectors.toMap(KeyValue::getKey, attribute -> value(attribute.getValue())));
    }

    private static Object value(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case ARRAY_VALUE ->
                value.getArrayValue().getValuesList().stream()
                        .map(OtlpReceiver::value)
                        .toList();
            default -> throw new IllegalArgumentException(value.toString());
        };
    }

    /** Base address, without {@code /v1/traces}. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Takes requests and answers none, from now on. */
    void hang() {
        gate = new CountDownLatch(1);
    }

    /** Answers what it has taken, and goes on. */
    void goOn() {
        gate.countDown();
    }

    /** Answers with {@code next}, and keeps nothing unless that is 200. */
    void answer(int next) {
        status = next;
    }

    List<Received> spans() {
        return spans;
    }

    /** The spans of that trace, in OpenTelemetry's form of its id. */
    List<Received> trace(String traceId) {
        return spans.stream().filter(span -> span.traceId().equals(traceId)).toList();
    }

    /** Headers of the requests, in lower case. */
    List<Map<String, String>> headers() {
        return headers;
    }

    @Override
    public void close() {
        goOn();
        server.stop(0);
        workers.shutdownNow();
    }

    /** A span, with the attributes of its own and those of what it came from. */
    record Received(Span span, Map<String, Object> attributes, Map<String, Object> resource) {
        String name() {
            return span.getName();
        }

        String traceId() {
            return HexFormat.of().formatHex(span.getTraceId().toByteArray());
        }

        String id() {
            return HexFormat.of().formatHex(span.getSpanId().toByteArray());
        }

        String parent() {
            return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
        }

        Span.SpanKind kind() {
            return span.getKind();
        }

        boolean hasFailed() {
            return span.getStatus().getCode() == io.opentelemetry.proto.trace.v1.Status.StatusCode.STATUS_CODE_ERROR;
        }

        Object at(String attribute) {
            return attributes.get(attribute);
        }
    }
}
