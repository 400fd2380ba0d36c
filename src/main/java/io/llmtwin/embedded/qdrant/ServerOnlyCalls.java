package io.llmtwin.embedded.qdrant;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Tells callers of a method that isn't here what would have it, instead of gRPC's "method is unimplemented". */
final class ServerOnlyCalls implements ServerInterceptor {
    @Override
    public <Q, A> Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        return next.startCall(
                new SimpleForwardingServerCall<>(call) {
                    @Override
                    public void close(Status status, Metadata trailers) {
                        super.close(reworded(status, method), trailers);
                    }
                },
                headers);
    }

    private static Status reworded(Status status, String method) {
        boolean isDefault = status.getCode() == Status.Code.UNIMPLEMENTED
                && ("Method " + method + " is unimplemented").equals(status.getDescription());
        return isDefault ? status.withDescription(Refusal.unsupportedText(method)) : status;
    }
}
