package io.llmtwin.tracing;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MessageOrBuilder;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Spans for the calls of Qdrant, and the metadata that carry a trace on. */
final class GrpcSpans implements ClientInterceptor {
    private static final String GRPC = "grpc";
    private static final String QDRANT = "qdrant";
    private static final String COLLECTION = "collection_name";

    private final Spans spans;

    GrpcSpans(Spans spans) {
        this.spans = spans;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        Context parent = Context.current();
        ClientCall<Q, A> call = next.newCall(method, options);
        return Spans.isTraced(parent) ? new TracedCall<>(call, method, next.authority(), parent) : call;
    }

    private final class TracedCall<Q, A> extends SimpleForwardingClientCall<Q, A> {
        private final MethodDescriptor<Q, A> method;
        private final @Nullable String authority;
        private final Context parent;
        private Span span = Span.getInvalid();

        TracedCall(ClientCall<Q, A> call, MethodDescriptor<Q, A> method, @Nullable String authority, Context parent) {
            super(call);
            this.method = method;
            this.authority = authority;
            this.parent = parent;
        }

        @Override
        public void start(Listener<A> listener, Metadata headers) {
            span = spans.call(method.getFullMethodName(), parent).startSpan();
            span.setAttribute(Names.RPC_SYSTEM, GRPC)
                    .setAttribute(Names.RPC_SERVICE, method.getServiceName())
                    .setAttribute(Names.RPC_METHOD, method.getBareMethodName())
                    .setAttribute(Names.DB_SYSTEM, QDRANT);
            Spans.server(span, authority == null ? null : URI.create("//" + authority));
            spans.inject(Spans.inCall(span, parent), headers, (carrier, name, value) -> {
                if (carrier != null) {
                    carrier.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
                }
            });
            super.start(new EndOfCall<>(listener, span), headers);
        }

        @Override
        public void sendMessage(Q message) {
            if (span.isRecording() && message instanceof MessageOrBuilder request) {
                FieldDescriptor collection = request.getDescriptorForType().findFieldByName(COLLECTION);
                if (collection != null) {
                    span.setAttribute(
                            Names.DB_COLLECTION, request.getField(collection).toString());
                }
            }
            super.sendMessage(message);
        }
    }

    private static final class EndOfCall<A> extends SimpleForwardingClientCallListener<A> {
        private final Span span;

        EndOfCall(ClientCall.Listener<A> listener, Span span) {
            super(listener);
            this.span = span;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            span.setAttribute(Names.GRPC_STATUS, (long) status.getCode().value());
            if (!status.isOk()) {
                Spans.failed(span, status.getCode().name());
            }
            span.end();
            super.onClose(status, trailers);
        }
    }
}
