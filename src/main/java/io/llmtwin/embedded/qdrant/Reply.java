package io.llmtwin.embedded.qdrant;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One answer to one call: a message, or the status that a failure stands for. */
final class Reply {
    private static final Logger LOG = LoggerFactory.getLogger(Reply.class);

    private final long began = System.nanoTime();

    private Reply() {}

    /** Seconds since the call came in. */
    double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }

    /** Answers {@code observer} with what {@code body} returns, or with what its failure means to a Qdrant client. */
    static <T> void to(StreamObserver<T> observer, Function<Reply, T> body) {
        T message;
        try {
            message = body.apply(new Reply());
        } catch (Refusal refusal) {
            observer.onError(refusal.status().asRuntimeException());
            return;
        } catch (RuntimeException | Error e) {
            LOG.error("the embedded vector store failed", e);
            observer.onError(Status.INTERNAL
                    .withDescription("Service internal error: " + e)
                    .withCause(e)
                    .asRuntimeException());
            return;
        }
        if (observer instanceof ServerCallStreamObserver<T> call && call.isCancelled()) {
            return;
        }
        observer.onNext(message);
        observer.onCompleted();
    }
}
