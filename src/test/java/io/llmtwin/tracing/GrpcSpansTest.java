package io.llmtwin.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.QueryResponse;
import io.qdrant.client.grpc.PointsGrpc;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Spans of calls of a server that speaks Qdrant's gRPC, and what it gets of them. */
class GrpcSpansTest {
    private static final Metadata.Key<String> TRACEPARENT =
            Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

    private final List<SpanData> spans = new CopyOnWriteArrayList<>();
    private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(new SpanExporter() {
                        @Override
                        public CompletableResultCode export(Collection<SpanData> ended) {
                            spans.addAll(ended);
                            return CompletableResultCode.ofSuccess();
                        }

                        @Override
                        public CompletableResultCode flush() {
                            return CompletableResultCode.ofSuccess();
                        }

                        @Override
                        public CompletableResultCode shutdown() {
                            return CompletableResultCode.ofSuccess();
                        }
                    }))
                    .build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new Store())
                .intercept(new ServerInterceptor() {
                    @Override
                    public <Q, A> ServerCall.Listener<Q> interceptCall(
                            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
                        received.add(String.valueOf(headers.get(TRACEPARENT)));
                        return next.startCall(call, headers);
                    }
                })
                .build()
                .start();
        channel = Grpc.newChannelBuilderForAddress("127.0.0.1", server.getPort(), InsecureChannelCredentials.create())
                .intercept(new GrpcSpans(new Spans(telemetry)))
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
        telemetry.close();
    }

    @Test
    void call_insideASpan_takesTheTraceAlong() {
        Span span = telemetry.getTracer("test").spanBuilder("step").startSpan();
        try (Scope scope = span.makeCurrent()) {
            assertThat(scope).isNotNull();
            query("there");
        }
        await().until(() -> !spans.isEmpty());
        SpanData call = spans.get(0);
        assertThat(call.getName()).isEqualTo("qdrant.Points/Query");
        assertThat(call.getParentSpanId()).isEqualTo(span.getSpanContext().getSpanId());
        assertThat(call.getAttributes().get(Names.DB_COLLECTION)).isEqualTo("there");
        assertThat(call.getAttributes().get(Names.SERVER_PORT)).isEqualTo((long) server.getPort());
        assertThat(received).singleElement().asString().contains(call.getTraceId() + "-" + call.getSpanId());
    }

    @Test
    void call_outsideOfAnySpan_startsNone() {
        query("there");
        assertThat(received).containsExactly("null");
        assertThat(spans).isEmpty();
    }

    @Test
    void call_thatFails_failsAsWithoutTracing() {
        Span span = telemetry.getTracer("test").spanBuilder("step").startSpan();
        try (Scope scope = span.makeCurrent()) {
            assertThat(scope).isNotNull();
            StatusRuntimeException failure =
                    Assertions.assertThrows(StatusRuntimeException.class, () -> query("missing"));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        }
        await().until(() -> !spans.isEmpty());
        assertThat(spans.get(0).getAttributes().get(Names.ERROR_TYPE)).isEqualTo("NOT_FOUND");
    }

    private void query(String collection) {
        PointsGrpc.newBlockingStub(channel)
                .query(QueryPoints.newBuilder().setCollectionName(collection).build());
    }

    private static final class Store extends PointsGrpc.PointsImplBase {
        @Override
        public void query(QueryPoints request, StreamObserver<QueryResponse> answer) {
            if (request.getCollectionName().equals("missing")) {
                answer.onError(Status.NOT_FOUND.asRuntimeException());
            } else {
                answer.onNext(QueryResponse.getDefaultInstance());
                answer.onCompleted();
            }
        }
    }
}
