package io.llmtwin.retrieval.qdrant;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors.CheckedForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A circuit breaker around each call to a server. A call while it is open ends at once with UNAVAILABLE and never reaches
 * the network. The server has failed where it can't be reached, doesn't answer in time or breaks down; an answer that says no
 * is an answer. Thread-safe.
 */
public final class CircuitBreakerInterceptor implements ClientInterceptor {
    private static final Set<Status.Code> FAILURES =
            Set.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED, Status.Code.INTERNAL, Status.Code.UNKNOWN);

    private final CircuitBreaker breaker;

    public CircuitBreakerInterceptor(CircuitBreaker breaker) {
        this.breaker = breaker;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new CheckedForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            protected void checkedStart(Listener<A> listener, Metadata headers) throws StatusException {
                if (!breaker.tryAcquirePermission()) {
                    throw Status.UNAVAILABLE
                            .withDescription("the circuit breaker " + breaker.getName() + " is open")
                            .asException();
                }
                delegate().start(new Judge<>(listener, breaker), headers);
            }
        };
    }

    /** Tells the breaker how a call ended, before the caller knows. */
    private static final class Judge<A> extends SimpleForwardingClientCallListener<A> {
        private final CircuitBreaker breaker;
        private final long begun = System.nanoTime();

        Judge(ClientCall.Listener<A> listener, CircuitBreaker breaker) {
            super(listener);
            this.breaker = breaker;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            long took = System.nanoTime() - begun;
            if (FAILURES.contains(status.getCode())) {
                breaker.onError(took, TimeUnit.NANOSECONDS, status.asException());
            } else if (status.getCode() == Status.Code.CANCELLED) {
                breaker.releasePermission();
            } else {
                breaker.onSuccess(took, TimeUnit.NANOSECONDS);
            }
            super.onClose(status, trailers);
        }
    }
}
